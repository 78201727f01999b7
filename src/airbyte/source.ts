import type { JsonObject } from './json.ts';
import type { ConnectorSpecification, Log } from './protocol.ts';
import type { Redact } from './secrets.ts';
import type { ReadRequest, Stream } from './source-stream.ts';

/** A source connector, as `runSource` takes it. `load` is for a source whose `spec` must start without the rest. */
export type Source<Config, Opened = ReadRequest> = SourceInfo &
  (Connector<Config, Opened> | { readonly load: () => Promise<Connector<Config, Opened>> });

/** What `spec` and the usage text need. */
export interface SourceInfo {
  /** The program's name, for its usage text. */
  readonly name: string;
  /** What `spec` prints. A property marked `airbyte_secret` is redacted from every log line and trace. */
  readonly specification: () => ConnectorSpecification;
}

/** What check, discover and read need. */
export interface Connector<Config, Opened = ReadRequest> {
  /**
   * Validates the configuration, without a request.
   * @throws ConnectorError (config_error) that names all that is wrong, and no value
   */
  readonly parseConfig: (raw: JsonObject, log: Log) => Config;
  /** Makes the streams of a valid configuration, without a request. */
  readonly connect: (config: Config, context: ConnectContext) => Connection<Opened>;
}

export interface ConnectContext {
  readonly log: Log;
  /** For a text that is cut before it is logged. Texts that reach the log whole are redacted anyway. */
  readonly redact: Redact;
}

/** A source with its configuration. */
export interface Connection<Opened = ReadRequest> {
  /** Every stream of the source, in the order `discover` lists them. */
  readonly streams: readonly Stream<Opened>[];
  /**
   * Makes real requests and resolves when a sync could start, perhaps to what the user should know of it.
   * @throws ConnectorError: a config_error or a transient_error makes the connection status FAILED
   */
  readonly check: (signal: AbortSignal) => Promise<string | void>;
  /** Requests a second that the API allows, and of what it has allowed so far the share used, 0 to 1. For the log of a sync. */
  readonly rateLimit?: () => { readonly perSecond: number; readonly used: number | undefined };
}
