import type { ConfiguredStream } from './catalog.ts';
import { ConnectorError } from './connector-error.ts';
import type { Emitter } from './emitter.ts';
import { type JsonObject, rawJSON } from './json.ts';
import { KeylessRows } from './keyless-rows.ts';
import { messageLine, recordLine } from './line.ts';
import type { Output } from './output.ts';
import type { Batch } from './source-stream.ts';
import { noCursorState, stateOfSync } from './state.ts';

export interface Channel {
  readonly emitter: Emitter;
  readonly output: Output;
}

/** Milliseconds without a STATE after which the last one is repeated: the platform ends a source that is silent for long. */
const heartbeatMs = 10 * 60_000;

/** Writes one stream's messages, from STARTED to its last status. */
export class StreamWriter {
  readonly #entry: ConfiguredStream;
  readonly #name: string;
  readonly #channel: Channel;
  readonly #hasCursor: boolean;
  readonly #isFullRefresh: boolean;
  readonly #keyless: KeylessRows;
  #total = 0;
  #sinceState = 0;
  #running = false;
  #writing = false;
  /** The state it resumes from, then the last one written. Before either, the protocol's state of no cursor. */
  #state: JsonObject = noCursorState;
  #stateIsLast = false;
  #ended = false;
  #heartbeat: NodeJS.Timeout | undefined;

  /** @param hasCursor a stream without a cursor is a full refresh, whatever it is configured as */
  constructor(entry: ConfiguredStream, hasCursor: boolean, channel: Channel) {
    this.#entry = entry;
    this.#name = entry.name;
    this.#hasCursor = hasCursor;
    this.#isFullRefresh = !hasCursor || entry.syncMode === 'full_refresh';
    this.#channel = channel;
    this.#keyless = new KeylessRows(this.#name, (sentence) => channel.emitter.log.warn(sentence));
  }

  /** Whether it is complete or aborted. */
  get ended(): boolean {
    return this.#ended;
  }

  start(): void {
    const { emitter } = this.#channel;
    emitter.log.info(`Marking stream ${this.#name} as STARTED`);
    emitter.log.info(`Syncing stream: ${this.#name}`);
    emitter.status(this.#name, 'STARTED');
    // Unreferenced, so that the timer does not keep the process alive.
    this.#heartbeat = setTimeout(() => this.#repeatState(), heartbeatMs).unref();
  }

  /** The state to repeat until the stream writes one of its own. */
  resumeFrom(state: JsonObject): void {
    this.#state = state;
  }

  /** See `ReadRequest.onKeylessRow`. */
  setAside(place: string): void {
    this.#keyless.add(place);
  }

  /** Ends the stream without a status. The caller reports the error and the status. */
  abort(): void {
    this.#keyless.warnOfUntold();
    this.#end();
  }

  /** @param until when the API lets the stream go on: milliseconds since the epoch */
  rateLimited(until: number): void {
    if (this.#ended) return;
    const reason = { type: 'RATE_LIMITED', rate_limited: { quota_reset: Math.round(until) } } as const;
    this.#channel.emitter.status(this.#name, 'RUNNING', [reason]);
  }

  async write(batch: Omit<Batch, 'stream'>): Promise<void> {
    if (!this.#running) this.#run();
    this.#stateIsLast = batch.state !== undefined;
    await this.#send(batch);
  }

  /** @throws ConnectorError where a stream with a cursor did not end with a state, or where rows had no usable key */
  async complete(): Promise<void> {
    if (!this.#hasCursor) await this.write({ rows: [], state: noCursorState });
    if (!this.#stateIsLast)
      throw new ConnectorError('system_error', `The stream ${this.#name} ended without a state.`);
    if (this.#keyless.count > 0) throw this.#keyless.error(this.#isFullRefresh);
    this.#end();
    this.#channel.emitter.status(this.#name, 'COMPLETE');
  }

  async #send(batch: Omit<Batch, 'stream'>): Promise<void> {
    this.#writing = true;
    await this.#channel.output.write(this.#linesOf(batch));
    this.#writing = false;
    if (batch.state === undefined || this.#isWithheld(batch.state)) return;
    this.#state = batch.state;
    this.#heartbeat?.refresh();
  }

  /** Another attempt of a full refresh must meet a row without a usable key again, or it would end as complete. */
  #isWithheld(state: JsonObject): boolean {
    return this.#isFullRefresh && this.#keyless.count > 0 && state !== this.#state;
  }

  /** Counts the rows written since that state, though the state does not cover them: they may be sent again. */
  #repeatState(): void {
    // While a write is pending, the platform is not waiting for a message.
    if (this.#writing) this.#heartbeat?.refresh();
    // Output itself reports a closed pipe to the whole run.
    else this.#send({ rows: [], state: this.#state }).catch(() => {});
  }

  #run(): void {
    this.#running = true;
    this.#channel.emitter.log.info(`Marking stream ${this.#name} as RUNNING`);
    this.#channel.emitter.status(this.#name, 'RUNNING');
  }

  /** These log lines are worded as in Airbyte's own framework, since people search their logs for them. */
  #end(): void {
    this.#ended = true;
    clearTimeout(this.#heartbeat);
    const { log } = this.#channel.emitter;
    log.info(`Read ${this.#total} records from ${this.#name} stream`);
    log.info(`Marking stream ${this.#name} as STOPPED`);
    log.info(`Finished syncing ${this.#name}`);
  }

  /** A batch's records, then its state. Every STATE is made here, so that none can come before its rows. */
  *#linesOf({ rows, state }: Omit<Batch, 'stream'>): Iterable<string> {
    for (const { data, changes } of rows) {
      yield recordLine(this.#name, data, Date.now(), changes);
      this.#total += 1;
      this.#sinceState += 1;
    }
    if (state === undefined || this.#isWithheld(state)) return;
    const sourceStats = { recordCount: rawJSON(`${this.#sinceState}.0`) };
    this.#sinceState = 0;
    const stream = { stream_descriptor: { name: this.#name }, stream_state: stateOfSync(state, this.#entry) };
    yield messageLine({ type: 'STATE', state: { type: 'STREAM', stream, sourceStats } });
  }
}
