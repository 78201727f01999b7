import type { JsonObject } from './json.ts';

/**
 * The Airbyte protocol's messages, as a source sends them.
 * Shapes: airbyte-protocol v0 (https://docs.airbyte.com/platform/understanding-airbyte/airbyte-protocol).
 * Optional fields are absent, never null; one that is undefined is not written.
 */
export type Message =
  | { type: 'SPEC'; spec: ConnectorSpecification }
  | {
      type: 'CONNECTION_STATUS';
      connectionStatus: { status: 'SUCCEEDED' | 'FAILED'; message?: string | undefined };
    }
  | { type: 'CATALOG'; catalog: { streams: readonly StreamDescription[] } }
  | { type: 'LOG'; log: { level: LogLevel; message: string } }
  | { type: 'STATE'; state: StateMessage }
  | { type: 'TRACE'; trace: Emitted & { type: 'ERROR'; error: TraceError } }
  | { type: 'TRACE'; trace: Emitted & { type: 'STREAM_STATUS'; stream_status: StreamStatusTrace } };
// RECORD is left out: `recordLine` writes records without a message object, since they are most of a sync.

export interface ConnectorSpecification {
  readonly documentationUrl: string;
  readonly connectionSpecification: JsonObject;
}

export type LogLevel = 'FATAL' | 'ERROR' | 'WARN' | 'INFO' | 'DEBUG';

/** Writes LOG messages. They may hold counts, names and times, but never the content of a record. */
export type Log = Readonly<Record<'error' | 'warn' | 'info' | 'debug', (message: string) => void>>;

export type SyncMode = 'full_refresh' | 'incremental';

type StreamDescriptor = Pick<StreamDescription, 'name'>;

/** A discovered stream. */
export interface StreamDescription {
  readonly name: string;
  readonly json_schema: JsonObject;
  /** full_refresh MUST be first: some clients take the first one. */
  readonly supported_sync_modes: readonly SyncMode[];
  readonly source_defined_cursor?: boolean;
  readonly default_cursor_field?: readonly string[];
  readonly source_defined_primary_key: readonly (readonly string[])[];
  readonly is_resumable: boolean;
}

export interface StateMessage {
  readonly type: 'STREAM';
  readonly stream: { readonly stream_descriptor: StreamDescriptor; readonly stream_state: JsonObject };
  /** Records sent for this stream since its previous STATE. The platform expects a decimal point: `2.0`. */
  readonly sourceStats: { readonly recordCount: unknown };
}

export type FailureType = 'config_error' | 'transient_error' | 'system_error';

export type StreamStatus = 'STARTED' | 'RUNNING' | 'COMPLETE' | 'INCOMPLETE';

/** Milliseconds since the epoch. */
type Emitted = { readonly emitted_at: number };

export interface TraceError {
  readonly message: string;
  readonly internal_message?: string | undefined;
  readonly stack_trace?: string | undefined;
  readonly failure_type: FailureType;
  readonly stream_descriptor?: StreamDescriptor | undefined;
}

export interface StreamStatusTrace {
  readonly stream_descriptor: StreamDescriptor;
  readonly status: StreamStatus;
  /** The platform ignores a list of more than one reason. `quota_reset`: milliseconds since the epoch. */
  readonly reasons?:
    | readonly [{ readonly type: 'RATE_LIMITED'; readonly rate_limited?: { readonly quota_reset: number } }]
    | undefined;
}

/** An entry of a record's `meta.changes`: a field that is not as the API sent it. `field` is a dotted path. */
export interface RecordChange {
  readonly field: string;
  readonly change: 'NULLED' | 'TRUNCATED';
  readonly reason: 'SOURCE_SERIALIZATION_ERROR';
}
