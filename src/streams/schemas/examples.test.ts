import { describe, expect, test } from 'vitest';
import { recordValidator } from '../../airbyte/testing/index.ts';
import { ignored } from '../../airbyte/schema-field-types.fixture.ts';
import { type JsonObject, ChangeReport } from '../../airbyte/index.ts';
import { requestOf } from '../../sync/read-stream.fixture.ts';
import { RechargeStream, type RecordStream, type SyncContext } from '../../sync/recharge-stream.ts';
import { Deletions } from '../deletions.ts';
import { createStreams } from '../index.ts';
import { examples, examplesOf, streams } from './all.fixture.ts';

const context = {} as SyncContext;

describe.each(streams)('the examples of $name', ({ name, schema }) => {
  test('fit as they are', () => {
    expect(examples(name)).not.toEqual([]);
    for (const row of examples(name)) {
      const warnings: string[] = [];
      const changes = schema.coerce(row, new ChangeReport((sentence) => warnings.push(sentence)));
      expect({ changes, warnings }).toEqual({ changes: [], warnings: [] });
    }
  });
});

/** What a stream makes of the examples: those of a nested table lie within its parent's. */
function recordsOf(stream: RecordStream): readonly JsonObject[] {
  if (stream instanceof RechargeStream) return examplesOf(stream.schema);
  const member = stream.open(requestOf({ syncMode: 'full_refresh' }));
  return examplesOf((stream.reader as unknown as RecordStream).schema).flatMap((record) =>
    stream.extractRecords(record, member),
  );
}

/** The rows of the sandbox are held so in integration_tests/acceptance/schemas.test.ts. */
describe.each<[string, SyncContext, boolean]>([
  ['by default', context, false],
  ['orders in the shape of 2021-01', context, true],
  ['with tombstones', { ...context, deletions: new Deletions(context) }, false],
])('%s', (_what, configured, oldOrders) => {
  test.each(createStreams(configured, oldOrders))(
    'the examples of $name hold to what is discovered, strictly',
    (stream) => {
      const validate = recordValidator(stream.describe().json_schema);
      for (const record of recordsOf(stream)) {
        stream.schema.coerce(record, ignored());
        validate(JSON.parse(JSON.stringify(record)));
        expect(validate.errors).toBeNull();
      }
    },
  );
});
