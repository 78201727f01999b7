import type { ConfiguredStream } from './catalog.ts';
import type { Emitter } from './emitter.ts';
import { Failure } from './failure.ts';
import type { JsonObject } from './json.ts';
import { messageLine, recordLine } from './line.ts';
import type { Output } from './output.ts';
import { noCursorState, stateOfSync } from './state.ts';
import type { Batch } from './stream.ts';

export interface Channel {
  readonly emitter: Emitter;
  readonly output: Output;
}

/** Milliseconds without a STATE after which the last one is said again: the platform takes silence for death (HB-01). */
const longestSilence = 10 * 60_000;

/** One stream's part of the output, from STARTED to its last status. */
export class StreamWriter {
  readonly #entry: ConfiguredStream;
  readonly #name: string;
  readonly #channel: Channel;
  #total = 0;
  #sinceState = 0;
  #running = false;
  #writing = false;
  /** The state it goes on from, then the last one written; without any, the word that says nothing. */
  #state: JsonObject = noCursorState;
  #stateIsLast = false;
  #ended = false;
  #heartbeat: NodeJS.Timeout | undefined;

  constructor(entry: ConfiguredStream, channel: Channel) {
    this.#entry = entry;
    this.#name = entry.name;
    this.#channel = channel;
  }

  /** COMPLETE, or given up. */
  get ended(): boolean {
    return this.#ended;
  }

  start(): void {
    const { emitter } = this.#channel;
    emitter.log.info(`Marking stream ${this.#name} as STARTED`);
    emitter.log.info(`Syncing stream: ${this.#name}`);
    emitter.status(this.#name, 'STARTED');
    // Nothing is kept alive by it, least of all a read that waits for what never comes.
    this.#heartbeat = setTimeout(() => this.#sayStateAgain(), longestSilence).unref();
  }

  goesOnFrom(state: JsonObject): void {
    this.#state = state;
  }

  /** Nothing more is written for it; whoever gives it up says why. */
  giveUp(): void {
    this.#end();
  }

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

  /** @throws Failure where a stream with a cursor did not end with a state (STO-01) */
  async complete(hasCursor: boolean): Promise<void> {
    if (!hasCursor) await this.write({ rows: [], state: noCursorState });
    if (!this.#stateIsLast)
      throw new Failure('system_error', `The stream ${this.#name} ended without a state.`);
    this.#end();
    this.#channel.emitter.status(this.#name, 'COMPLETE');
  }

  async #send(batch: Omit<Batch, 'stream'>): Promise<void> {
    this.#writing = true;
    await this.#channel.output.write(this.#linesOf(batch));
    this.#writing = false;
    if (batch.state === undefined) return;
    this.#state = batch.state;
    this.#heartbeat?.refresh();
  }

  /** The rows since then are counted with it, though it does not cover them: they may come again. */
  #sayStateAgain(): void {
    // Who does not take what is there needs no sign of life.
    if (this.#writing) this.#heartbeat?.refresh();
    // A reader that is gone is told to the whole run by the output itself.
    else this.#send({ rows: [], state: this.#state }).catch(() => {});
  }

  #run(): void {
    this.#running = true;
    this.#channel.emitter.log.info(`Marking stream ${this.#name} as RUNNING`);
    this.#channel.emitter.status(this.#name, 'RUNNING');
  }

  /** In the words of Airbyte's own framework, which people search their logs for (SS-05). */
  #end(): void {
    this.#ended = true;
    clearTimeout(this.#heartbeat);
    const { log } = this.#channel.emitter;
    log.info(`Read ${this.#total} records from ${this.#name} stream`);
    log.info(`Marking stream ${this.#name} as STOPPED`);
    log.info(`Finished syncing ${this.#name}`);
  }

  /** A batch's records, then its state: the only place where a STATE is made, so none can run ahead of its rows (STO-03). */
  *#linesOf({ rows, state }: Omit<Batch, 'stream'>): Iterable<string> {
    for (const { data, changes } of rows) {
      yield recordLine(this.#name, data, Date.now(), changes);
      this.#total += 1;
      this.#sinceState += 1;
    }
    if (state === undefined) return;
    const sourceStats = { recordCount: JSON.rawJSON(`${this.#sinceState}.0`) };
    this.#sinceState = 0;
    const stream = { stream_descriptor: { name: this.#name }, stream_state: stateOfSync(state, this.#entry) };
    yield messageLine({ type: 'STATE', state: { type: 'STREAM', stream, sourceStats } });
  }
}
