import type { JsonObject } from './json.ts';
import type { StreamDescription } from './protocol.ts';
import type { ObjectSchema } from './schema.ts';
import type { ReadContext, ReadRequest, Row, Stream } from './source.ts';

/** A stream that is read on its own. */
export interface StreamDefinition {
  readonly name: string;
  /** Declares the columns; every record is fitted to it. */
  readonly schema: ObjectSchema;
  /** The columns that tell one record from another. */
  readonly primaryKey: readonly string[];
  /** The column of the cursor. A stream without one supports full refresh only and saves no state. */
  readonly cursorField?: string | undefined;
  /** Yields records, and with a cursor the state that is true once they are written. `Reader` says what it MUST do. */
  readonly read: (request: ReadRequest & ReadContext) => AsyncIterable<RecordBatch>;
}

/** Freshly parsed records of one stream: they are fitted in place. */
export interface RecordBatch {
  readonly records: Iterable<JsonObject>;
  readonly state?: JsonObject;
}

/** A stream of one reader of its own. It warns once a sync of each field that the schema does not declare. */
export function defineStream(definition: StreamDefinition): Stream {
  return {
    name: definition.name,
    describe: () => describeStream(definition),
    open: (request) => request,
    reader: {
      async *read(requests, context) {
        for (const request of requests) yield* batchesOf(definition, { ...request, ...context });
      },
    },
  };
}

/** A stream as discover tells of it. */
export function describeStream(stream: Omit<StreamDefinition, 'read'>): StreamDescription {
  const { cursorField } = stream;
  const hasCursor = cursorField !== undefined;
  return {
    name: stream.name,
    json_schema: stream.schema.jsonSchema(),
    supported_sync_modes: hasCursor ? ['full_refresh', 'incremental'] : ['full_refresh'],
    ...(hasCursor && { source_defined_cursor: true, default_cursor_field: [cursorField] }),
    source_defined_primary_key: stream.primaryKey.map((field) => [field]),
    is_resumable: hasCursor,
  };
}

async function* batchesOf({ name, schema, read }: StreamDefinition, request: ReadRequest & ReadContext) {
  let page = 0;
  for await (const { records, state } of read(request)) {
    page += 1;
    request.metrics.add('pages');
    const toRows = (data: JsonObject, index: number): Row[] => {
      const changes = schema.coerce(data, request.changes);
      if (changes !== undefined) return [{ data, changes }];
      request.onKeylessRow(`page ${page}, index ${index}`);
      return [];
    };
    yield { stream: name, rows: Iterator.from(records).flatMap(toRows), state };
  }
}
