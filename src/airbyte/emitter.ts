import { type ConnectorError, stackOf } from './connector-error.ts';
import { messageLine } from './line.ts';
import type { Output } from './output.ts';
import type { Log, LogLevel, Message, StreamStatusTrace } from './protocol.ts';
import type { Redact } from './secrets.ts';

/** Writes protocol messages. Every text written for people passes the redaction of secrets here. */
export class Emitter {
  /** For the lines of records and states, which are written together. */
  readonly output: Output;
  readonly #debug: boolean;
  /** There is no secret to redact before the configuration is read. */
  #redact: Redact = (text) => text;

  constructor(output: Output, options: { debug: boolean }) {
    this.output = output;
    this.#debug = options.debug;
  }

  readonly log: Log = {
    error: (message) => this.logLine('ERROR', message),
    warn: (message) => this.logLine('WARN', message),
    info: (message) => this.logLine('INFO', message),
    debug: (message) => this.logLine('DEBUG', message),
  };

  /** Redacts every later text by this. */
  redactWith(redact: Redact): void {
    this.#redact = redact;
  }

  redact(text: string): string {
    return this.#redact(text);
  }

  logLine(level: LogLevel, message: string): void {
    if (level === 'DEBUG' && !this.#debug) return;
    this.send({ type: 'LOG', log: { level, message: this.#redact(message) } });
  }

  connectionStatus(status: 'SUCCEEDED' | 'FAILED', message?: string): void {
    const connectionStatus = { status, message: message && this.#redact(message) };
    this.send({ type: 'CONNECTION_STATUS', connectionStatus });
  }

  status(stream: string, status: StreamStatusTrace['status'], reasons?: StreamStatusTrace['reasons']): void {
    const stream_status = { stream_descriptor: { name: stream }, status, reasons };
    this.send({ type: 'TRACE', trace: { type: 'STREAM_STATUS', emitted_at: Date.now(), stream_status } });
  }

  /** A TRACE ERROR. The earliest one of a sync decides whether the platform retries. */
  error(error: ConnectorError, stream?: string): void {
    const { internal } = error;
    const stack = stackOf(error);
    const trace = {
      message: this.#redact(error.message),
      failure_type: error.type,
      internal_message: internal && this.#redact(internal),
      stack_trace: stack && this.#redact(stack),
      stream_descriptor: stream === undefined ? undefined : { name: stream },
    };
    this.send({ type: 'TRACE', trace: { type: 'ERROR', emitted_at: Date.now(), error: trace } });
  }

  /** For a message without a text to redact. */
  send(message: Message): void {
    // Output itself reports a closed pipe to the whole run.
    this.output.write([messageLine(message)]).catch(() => {});
  }
}
