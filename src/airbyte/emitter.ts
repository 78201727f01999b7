import { type Failure, stackOf } from './failure.ts';
import { messageLine } from './line.ts';
import type { Output } from './output.ts';
import type {
  ConnectionStatus,
  ConnectorSpecification,
  LogLevel,
  Message,
  StreamDescription,
  StreamStatus,
  StreamStatusTrace,
} from './protocol.ts';
import type { Redact } from './secrets.ts';

/** Writes a line for whoever follows the sync. Never give it record content: only counts, names and times. */
export interface Log {
  error(message: string): void;
  warn(message: string): void;
  info(message: string): void;
  debug(message: string): void;
}

/** Turns what happens into protocol messages; every text of a person's passes the secrets filter here (E-09). */
export class Emitter {
  readonly #output: Output;
  readonly #debug: boolean;
  /** Until the configuration is read there is no secret to hide. */
  redact: Redact = (text) => text;

  constructor(output: Output, options: { debug: boolean }) {
    this.#output = output;
    this.#debug = options.debug;
  }

  readonly log: Log = {
    error: (message) => this.logLine('ERROR', message),
    warn: (message) => this.logLine('WARN', message),
    info: (message) => this.logLine('INFO', message),
    debug: (message) => this.logLine('DEBUG', message),
  };

  logLine(level: LogLevel, message: string): void {
    if (level === 'DEBUG' && !this.#debug) return;
    this.#send({ type: 'LOG', log: { level, message: this.redact(message) } });
  }

  spec(spec: ConnectorSpecification): void {
    this.#send({ type: 'SPEC', spec });
  }

  catalog(streams: readonly StreamDescription[]): void {
    this.#send({ type: 'CATALOG', catalog: { streams } });
  }

  connectionStatus(status: ConnectionStatus['status'], message?: string): void {
    const connectionStatus = { status, message: message && this.redact(message) };
    this.#send({ type: 'CONNECTION_STATUS', connectionStatus });
  }

  status(stream: string, status: StreamStatus, reasons?: StreamStatusTrace['reasons']): void {
    const stream_status = { stream_descriptor: { name: stream }, status, reasons };
    this.#send({ type: 'TRACE', trace: { type: 'STREAM_STATUS', emitted_at: Date.now(), stream_status } });
  }

  /** A TRACE ERROR; the earliest one of a sync decides whether the platform tries again (E-01). */
  failure(failure: Failure, stream?: string): void {
    const { internal } = failure;
    const stack = stackOf(failure);
    const error = {
      message: this.redact(failure.message),
      failure_type: failure.type,
      internal_message: internal && this.redact(internal),
      stack_trace: stack && this.redact(stack),
      stream_descriptor: stream === undefined ? undefined : { name: stream },
    };
    this.#send({ type: 'TRACE', trace: { type: 'ERROR', emitted_at: Date.now(), error } });
  }

  #send(message: Message): void {
    // A broken reader is told to the whole run by the output itself.
    this.#output.write([messageLine(message)]).catch(() => {});
  }
}
