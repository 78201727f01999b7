import type { ConfiguredStream } from './catalog.ts';
import { ChangeReport } from './change-report.ts';
import { ConnectorError, toConnectorError } from './connector-error.ts';
import type { Emitter } from './emitter.ts';
import { type JsonObject, rawJSON } from './json.ts';
import { KeylessRows } from './keyless-rows.ts';
import { messageLine, recordLine } from './line.ts';
import type { StreamStatus, SyncMode } from './protocol.ts';
import type { Batch } from './source.ts';
import { noCursorState, saysFinished, stateOfSync } from './state.ts';
import { StreamMetrics } from './stream-metrics.ts';

/** Where messages go, and what ends the run. */
export interface Channel {
  readonly emitter: Emitter;
  readonly signal: AbortSignal;
}

/** Milliseconds without a STATE after which the last one is repeated: the platform ends a source that is silent for long. */
const heartbeatMs = 10 * 60_000;

/** Writes one stream's messages, from STARTED to its last status. */
export class StreamWriter {
  readonly entry: ConfiguredStream;
  readonly name: string;
  readonly cursor: string | undefined;
  readonly syncMode: SyncMode;
  readonly metrics = new StreamMetrics();
  readonly changes: ChangeReport;
  readonly keyless: KeylessRows;
  readonly #channel: Channel;
  #status: StreamStatus = 'STARTED';
  #from = 'the start';
  #share: number | undefined;
  #sinceState = 0;
  #writing = false;
  /** The state it resumes from, then the last one written. Before either, the protocol's state of no cursor. */
  #state: JsonObject = noCursorState;
  #stateIsLast = false;
  #isFinished = false;
  #heartbeat: NodeJS.Timeout | undefined;
  #error: ConnectorError | undefined;

  /** @param cursor a stream without one is a full refresh: PyAirbyte asks for incremental, whatever a stream supports */
  constructor(entry: ConfiguredStream, cursor: string | undefined, channel: Channel) {
    this.name = entry.stream.name;
    this.cursor = cursor;
    this.entry = entry;
    this.syncMode = cursor === undefined ? 'full_refresh' : entry.sync_mode;
    this.#channel = channel;
    const { log } = channel.emitter;
    this.keyless = new KeylessRows(this.name, (sentence) => log.warn(sentence));
    this.changes = new ChangeReport((sentence) => log.warn(`${this.name}: ${sentence}`));
  }

  /** How far it has come: from which time to which, rows without a usable key, and what it failed with. */
  get progress() {
    const [to, leftOut] = [this.#timeIn(this.#state), this.keyless.count];
    return { from: this.#from, to, leftOut, share: this.#share, sentence: this.#error?.message };
  }

  get isComplete(): boolean {
    return this.#status === 'COMPLETE';
  }

  get hasEnded(): boolean {
    return this.#status === 'COMPLETE' || this.#status === 'INCOMPLETE';
  }

  start(): void {
    const { log } = this.#channel.emitter;
    log.info(`Marking stream ${this.name} as STARTED`);
    log.info(`Syncing stream: ${this.name}`);
    this.#emitStatus('STARTED');
    // Unreferenced, so that the timer does not keep the process alive.
    this.#heartbeat = setTimeout(() => this.#repeatState(), heartbeatMs).unref();
  }

  /** Whether there is nothing left to write but the last state and COMPLETE. */
  get isFinished(): boolean {
    return this.#isFinished;
  }

  /** The state to repeat until the stream writes one of its own; of a full refresh that was finished, its last one. */
  resumeFrom(state: JsonObject): void {
    this.#from = this.#timeIn(state) ?? 'its state';
    this.#state = state;
    this.#isFinished = this.cursor !== undefined && saysFinished(state, this.entry);
    this.#stateIsLast = this.#isFinished;
  }

  /** @param until when the API lets the stream go on: milliseconds since the epoch */
  rateLimited(until: number): void {
    if (this.hasEnded) return;
    const reason = { type: 'RATE_LIMITED', rate_limited: { quota_reset: Math.round(until) } } as const;
    this.#channel.emitter.status(this.name, 'RUNNING', [reason]);
  }

  async write(batch: Omit<Batch, 'stream'>): Promise<void> {
    if (this.#status === 'STARTED') {
      this.#channel.emitter.log.info(`Marking stream ${this.name} as RUNNING`);
      this.#emitStatus('RUNNING');
    }
    this.#stateIsLast = batch.state !== undefined;
    this.#share = batch.share ?? this.#share;
    await this.#send(batch);
  }

  /** Ends the stream as COMPLETE; as INCOMPLETE where its last state is missing, or where rows had no usable key. */
  async complete(): Promise<void> {
    if (this.cursor === undefined) await this.write({ rows: [], state: noCursorState });
    if (!this.#stateIsLast)
      return this.fail(new ConnectorError('system_error', `The stream ${this.name} ended without a state.`));
    if (this.keyless.count > 0) return this.#failWith(this.keyless.error(this.syncMode === 'full_refresh'));
    this.#isFinished = true;
    if (this.cursor !== undefined && this.syncMode === 'full_refresh' && this.entry.sync_id !== undefined)
      await this.write({ rows: [], state: this.#state });
    this.#logEnd();
    this.#emitStatus('COMPLETE');
  }

  /** Ends the stream as INCOMPLETE. One that stops with the process has no error. */
  fail(thrown: unknown): void {
    if (this.keyless.count > 0) this.#channel.emitter.log.warn(this.keyless.summary());
    if (!this.#channel.signal.aborted) return this.#failWith(toConnectorError(thrown));
    this.#logEnd();
    this.#emitStatus('INCOMPLETE');
  }

  get configError(): ConnectorError | undefined {
    return this.#error?.type === 'config_error' ? this.#error : undefined;
  }

  /** To be called when all streams have ended. @param more see `ConnectorError.ifAll` */
  reportConfigError(more = ''): void {
    if (this.configError === undefined) return;
    const { message, internal } = this.configError;
    this.#report(new ConnectorError('config_error', `${message}${more}`, { internal }));
  }

  /**
   * Logs the error at once. The trace of a config_error waits for `reportConfigError`: the platform decides by the
   * earliest trace whether to retry, and it must retry where another stream failed with a transient_error.
   */
  #failWith(error: ConnectorError): void {
    this.#logEnd();
    this.#status = 'INCOMPLETE';
    this.#error = error;
    this.#channel.emitter.log.error(`Exception while syncing stream ${this.name}: ${error.message}`);
    if (error.type !== 'config_error') this.#report(error);
  }

  #report(error: ConnectorError): void {
    this.#channel.emitter.error(error, this.name);
    this.#emitStatus('INCOMPLETE');
  }

  #emitStatus(status: StreamStatus): void {
    this.#status = status;
    this.#channel.emitter.status(this.name, status);
  }

  /** These log lines are worded as in Airbyte's own framework, since people search their logs for them. */
  #logEnd(): void {
    clearTimeout(this.#heartbeat);
    this.changes.warnOfReplaced();
    const { log } = this.#channel.emitter;
    log.info(`Read ${this.metrics.counts.rows} records from ${this.name} stream`);
    log.info(`Marking stream ${this.name} as STOPPED`);
    log.info(`Finished syncing ${this.name}`);
  }

  async #send(batch: Omit<Batch, 'stream'>): Promise<void> {
    this.#writing = true;
    const written = this.#channel.emitter.output.write(this.#linesOf(batch));
    this.metrics.add('bytes', await written.finally(this.metrics.wait('destination')));
    this.#writing = false;
    if (batch.state === undefined || this.#isWithheld(batch.state)) return;
    this.#state = batch.state;
    if (!this.hasEnded) this.#heartbeat?.refresh();
  }

  /** A cursor's time, if it is one: a state can hold anything. */
  #timeIn(state: JsonObject): string | undefined {
    const value = state[this.cursor ?? ''];
    return typeof value === 'string' && /^\d{4}-\d\d-\d\d[T\d:.Z+-]*$/.test(value) ? value : undefined;
  }

  /** Another attempt of a full refresh must meet a row without a usable key again, or it would end as complete. */
  #isWithheld(state: JsonObject): boolean {
    return this.syncMode === 'full_refresh' && this.keyless.count > 0 && state !== this.#state;
  }

  /** Counts the rows written since that state, though the state does not cover them: they may be sent again. */
  #repeatState(): void {
    // While a write is pending, the platform is not waiting for a message.
    if (this.#writing) this.#heartbeat?.refresh();
    // Output itself reports a closed pipe to the whole run.
    else this.#send({ rows: [], state: this.#state }).catch(() => {});
  }

  /** A batch's records, then its state. Every STATE is made here, so that none can come before its rows. */
  *#linesOf({ rows, state }: Omit<Batch, 'stream'>): Iterable<string> {
    const onReplaced = (column: string) => this.changes.replaced(column);
    for (const { data, changes } of rows) {
      const line = recordLine(this.name, data, Date.now(), changes, onReplaced);
      yield line;
      this.metrics.add('rows');
      this.#sinceState += 1;
    }
    if (state === undefined || this.#isWithheld(state)) return;
    const sourceStats = { recordCount: rawJSON(`${this.#sinceState}.0`) };
    this.#sinceState = 0;
    const stream_state = stateOfSync(state, this.entry, this.#isFinished);
    const stream = { stream_descriptor: { name: this.name }, stream_state };
    yield messageLine({ type: 'STATE', state: { type: 'STREAM', stream, sourceStats } });
  }
}
