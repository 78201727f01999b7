import { describe, expect, test } from 'vitest';
import type { SandboxOptions } from '../../sandbox/index.ts';
import { configure, recordValidator, stateFile } from '../../src/airbyte/testing/index.ts';
import type { JsonObject } from '../../src/airbyte/index.ts';
import { deletable, isTombstone, removeFirst, spared } from '../streams/deletable.ts';
import { acceptanceStore } from './store.ts';

/** Settings by which what is discovered differs, and the options of a store. */
const cases: readonly [what: string, settings: Record<string, unknown>, options?: SandboxOptions][] = [
  ['by default', {}],
  ['with a field that nobody knows in each row', {}, { unknownKeys: true }],
  ['orders in the shape of 2021-01', { use_orders_deprecated_api: true }],
  ['with tombstones', { capture_deletes: true }],
];

const synced = await Promise.all(
  cases.map(async ([what, settings, options]) => {
    const store = await acceptanceStore(settings, options);
    const first = await store.read();
    removeFirst(store.sandbox, spared);
    const catalog = configure(store.streams, { streams: deletable });
    const second = await store.read({ catalog, state: stateFile(first) });
    return { what, settings, store, runs: [first, second] as const };
  }),
);

/** Every row of every stream; the records of examples are in src/streams/schemas/examples.test.ts. */
describe.each(synced)('$what', ({ settings, store, runs }) => {
  const recordsOf = (stream: string) => runs.flatMap((run) => run.records(stream));

  test('every record holds to its schema, strictly, and nothing is undeclared [CATA-05, CATA-06, T37, T38]', () => {
    for (const { name, json_schema } of store.streams) {
      const validate = recordValidator(json_schema);
      expect([name, runs[0].records(name).length > 0]).toEqual([name, true]);
      for (const record of recordsOf(name))
        expect([name, validate(record) ? [] : validate.errors]).toEqual([name, []]);
    }
  });

  test('every stream that declares tombstones has had some, and no other', () => {
    const declaring = store.streams.filter(({ json_schema }) =>
      isTombstone(json_schema['properties'] as JsonObject),
    );
    expect(declaring.map(({ name }) => name).toSorted()).toEqual(
      'capture_deletes' in settings ? deletable : [],
    );
    for (const { name } of store.streams) {
      const own = runs[1].records(name).filter(isTombstone);
      expect([name, own.length > 0]).toEqual([name, declaring.some((stream) => stream.name === name)]);
    }
  });
});
