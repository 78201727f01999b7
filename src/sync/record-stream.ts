import type {
  JsonObject,
  ObjectSchema,
  Reader,
  ReadRequest,
  Stream,
  StreamDescription,
} from '../airbyte/index.ts';
import type { ApiObject } from '../recharge/answer.ts';
import { StreamRun } from './stream-run.ts';
import type { Scopes } from './scopes.ts';

/** A stream as discover tells of it, and what it takes of the records that its reader gets from the API. */
export abstract class RecordStream implements Stream<StreamRun> {
  abstract readonly name: string;
  abstract readonly schema: ObjectSchema;
  abstract readonly reader: Reader<StreamRun>;
  /** What a token needs for it; empty where nobody knows. */
  abstract readonly scopes: Scopes;
  readonly primaryKey: readonly string[] = ['id'];
  readonly cursorField: string | undefined = undefined;

  /** Its own records within one of the listing's. */
  abstract extractRecords(record: ApiObject, member: StreamRun): readonly JsonObject[];

  open(request: ReadRequest): StreamRun {
    return new StreamRun(this, request);
  }

  describe(): StreamDescription {
    const cursor = this.cursorField;
    return {
      name: this.name,
      json_schema: this.schema.jsonSchema(),
      supported_sync_modes: cursor === undefined ? ['full_refresh'] : ['full_refresh', 'incremental'],
      ...(cursor !== undefined && { source_defined_cursor: true, default_cursor_field: [cursor] }),
      source_defined_primary_key: this.primaryKey.map((field) => [field]),
      is_resumable: cursor !== undefined,
    };
  }
}
