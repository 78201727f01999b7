import type { JsonObject, StreamDescription } from '../../src/airbyte/index.ts';
import { configure } from '../../src/airbyte/testing/index.ts';
import { inWords } from '../../src/recharge/scopes.ts';
import { createStreams } from '../../src/streams/index.ts';

/**
 * The files beside acceptance-test-config.yml that follow from the catalog, by name; `npm run acceptance-files` writes
 * them. `recordsOf`: the records of a stream, read from a sandbox.
 */
export function acceptanceFiles(
  streams: readonly StreamDescription[],
  recordsOf: (stream: string) => readonly JsonObject[],
): Readonly<Record<string, string>> {
  // The schemas are in the connector: a client that has no use for them need not see them change.
  const catalog = configure(streams.map((stream) => ({ ...stream, json_schema: {} })));
  return {
    'configured_catalog.json': json(catalog),
    'abnormal_state.json': json(statesAt('2050-01-01T00:00:00+00:00', streams)),
    'sample_state.json': json(statesAt('2024-05-01T10:00:00+00:00', streams)),
    'expected_records.jsonl': streams
      .map((stream) => expectedRecord(stream, recordsOf(stream.name)))
      .join(''),
  };
}

/** A primary key, as the text by which keys are compared. */
export function keyOf({ source_defined_primary_key }: StreamDescription, record: JsonObject): string {
  return JSON.stringify(
    source_defined_primary_key.map((path) =>
      path.reduce<unknown>((value, name) => (value as JsonObject | undefined)?.[name], record),
    ),
  );
}

/** The table of streams in docs/recharge.md. */
export function streamTable(streams: readonly StreamDescription[]): string {
  const needs = new Map(
    createStreams({} as Parameters<typeof createStreams>[0], false).map(
      ({ name, scopes, mayNeedPlan }) =>
        [name, `${inWords(scopes)}${mayNeedPlan ? ', perhaps a higher plan' : ''}`] as const,
    ),
  );
  const row = ({ name, default_cursor_field, source_defined_primary_key }: StreamDescription) => [
    `\`${name}\``,
    default_cursor_field === undefined ? 'Full refresh' : 'Incremental',
    source_defined_primary_key.map((path) => `\`${path.join('.')}\``).join(', '),
    default_cursor_field === undefined ? '–' : `\`${default_cursor_field.join('.')}\``,
    needs.get(name) || 'no scope that is known',
  ];
  const rows = [
    ['stream', 'sync', 'primary key', 'cursor', 'the token needs'],
    ['---', '---', '---', '---', '---'],
    ...streams.map(row),
  ];
  return rows.map((cells) => `| ${cells.join(' | ')} |\n`).join('');
}

function statesAt(cursor: string, streams: readonly StreamDescription[]): object[] {
  return streams.flatMap(({ name, default_cursor_field: field }) =>
    field === undefined
      ? []
      : [
          {
            type: 'STREAM',
            stream: { stream_descriptor: { name }, stream_state: { [field.join('.')]: cursor } },
          },
        ],
  );
}

/** One record is enough: the suite asks whether those expected are among those read. */
function expectedRecord(stream: StreamDescription, records: readonly JsonObject[]): string {
  const [first] = records.toSorted((a, b) => (keyOf(stream, a) < keyOf(stream, b) ? -1 : 1));
  if (first === undefined)
    throw new Error(`${stream.name} had no record: give its list to the sandbox (sandbox/README.md).`);
  return `${JSON.stringify({ stream: stream.name, data: first, emitted_at: 1_700_000_000_000 })}\n`;
}

function json(content: unknown): string {
  return `${JSON.stringify(content, null, 2)}\n`;
}
