import type { JsonObject } from './json.ts';

/**
 * The Airbyte protocol's messages, as a source sends them.
 * Shapes: airbyte-protocol v0 (https://docs.airbyte.com/platform/understanding-airbyte/airbyte-protocol).
 * Optional fields are absent, never null; one that is undefined is not written.
 */
export type Message =
  | { type: 'SPEC'; spec: ConnectorSpecification }
  | { type: 'CONNECTION_STATUS'; connectionStatus: ConnectionStatus }
  | { type: 'CATALOG'; catalog: { streams: readonly StreamDescription[] } }
  | { type: 'LOG'; log: { level: LogLevel; message: string } }
  | { type: 'STATE'; state: StateMessage }
  | { type: 'TRACE'; trace: Trace };
// RECORD has no entry: records are the bulk of a sync, and `recordLine` writes them without an envelope object.

export interface ConnectorSpecification {
  readonly documentationUrl: string;
  readonly connectionSpecification: JsonObject;
}

export interface ConnectionStatus {
  readonly status: 'SUCCEEDED' | 'FAILED';
  readonly message?: string | undefined;
}

export type LogLevel = 'FATAL' | 'ERROR' | 'WARN' | 'INFO' | 'DEBUG';

export type SyncMode = 'full_refresh' | 'incremental';

/** A discovered stream (CATA-01). */
export interface StreamDescription {
  readonly name: string;
  readonly json_schema: JsonObject;
  /** full_refresh first: it is what clients take when they take the first (CATA-08). */
  readonly supported_sync_modes: readonly SyncMode[];
  readonly source_defined_cursor?: boolean;
  readonly default_cursor_field?: readonly string[];
  readonly source_defined_primary_key: readonly (readonly string[])[];
  readonly is_resumable: boolean;
}

export interface StateMessage {
  readonly type: 'STREAM';
  readonly stream: { readonly stream_descriptor: StreamDescriptor; readonly stream_state: JsonObject };
  /** Records sent for this stream since its previous STATE; always with a decimal point (MSG-05). */
  readonly sourceStats: { readonly recordCount: unknown };
}

export interface StreamDescriptor {
  readonly name: string;
}

export type FailureType = 'config_error' | 'transient_error' | 'system_error';

export type StreamStatus = 'STARTED' | 'RUNNING' | 'COMPLETE' | 'INCOMPLETE';

/** `emitted_at` is milliseconds since the epoch. */
export type Trace = { readonly emitted_at: number } & (
  | { readonly type: 'ERROR'; readonly error: TraceError }
  | { readonly type: 'STREAM_STATUS'; readonly stream_status: StreamStatusTrace }
);

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
  /** Exactly one reason, or the platform ignores it (MSG-08). `quota_reset`: milliseconds since the epoch. */
  readonly reasons?:
    | readonly [{ readonly type: 'RATE_LIMITED'; readonly rate_limited?: { readonly quota_reset: number } }]
    | undefined;
}

/** Why a field of a record is not what the API sent (NEW-07). `field` is a dotted path. */
export interface RecordChange {
  readonly field: string;
  readonly change: 'NULLED' | 'TRUNCATED';
  readonly reason: 'SOURCE_SERIALIZATION_ERROR';
}
