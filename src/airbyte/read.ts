import type { ConfiguredStream } from './catalog.ts';
import type { Emitter } from './emitter.ts';
import { configError, Failure } from './failure.ts';
import { Failures } from './failures.ts';
import { isObject, type JsonObject } from './json.ts';
import type { Output } from './output.ts';
import { isOfAnotherSync, type SavedStates } from './state.ts';
import type { Reader, ReadRequest, Stream } from './stream.ts';
import { StreamWriter } from './stream-writer.ts';
import { untilStopped } from './until-stopped.ts';

export interface ReadOptions {
  readonly streams: readonly Stream[];
  readonly catalog: readonly ConfiguredStream[];
  readonly states: SavedStates;
  readonly emitter: Emitter;
  readonly output: Output;
  readonly signal: AbortSignal;
}

/** A configured stream on its way. */
interface Reading {
  readonly stream: Stream;
  readonly entry: ConfiguredStream;
  readonly writer: StreamWriter;
  readonly cursor: readonly string[] | undefined;
}

/**
 * Reads every configured stream, all at once, those of one reader together: each page goes out as it comes, and a
 * failure is that of its streams alone (EXIT-02). Resolves to true when every one is COMPLETE, which alone may end in
 * exit 0 (EXIT-01).
 */
export async function readStreams(options: ReadOptions): Promise<boolean> {
  const { catalog, states, emitter } = options;
  emitter.log.info('Starting syncing');
  const configured = new Set(catalog.map(({ name }) => name));
  for (const name of states.keys()) {
    if (!configured.has(name))
      emitter.log.warn(`Ignoring the state of ${name}: the stream is not configured.`);
  }
  const failures = new Failures(options);
  const readings = catalog.flatMap((entry) => {
    const stream = options.streams.find(({ name }) => name === entry.name);
    if (stream !== undefined) {
      const cursor = stream.describe().default_cursor_field;
      return [{ stream, entry, cursor, writer: new StreamWriter(entry, options) }];
    }
    failures.add(entry.name, noSuchStream(entry.name));
    return [];
  });
  const groups = Map.groupBy(readings, ({ stream }) => stream.reader);
  await Promise.all([...groups].map(([reader, group]) => readTogether(reader, group, failures, options)));
  failures.tellRefusals();
  emitter.log.info('Finished syncing');
  return failures.none;
}

function noSuchStream(name: string): Failure {
  return configError(
    `There is no stream ${JSON.stringify(name)}. Refresh the source's schema, or take the stream out of the sync.`,
  );
}

/** Reads the streams of one reader; what it throws fails those of them that are not complete yet. */
async function readTogether(
  reader: Reader,
  group: readonly Reading[],
  failures: Failures,
  options: ReadOptions,
): Promise<void> {
  const attempt = async (readings: readonly Reading[], step: () => Promise<void>) => {
    try {
      await step();
    } catch (error) {
      for (const { writer, entry } of goingOn(readings)) {
        writer.giveUp();
        failures.add(entry.name, error);
      }
    }
  };
  const opened: unknown[] = [];
  for (const reading of group) {
    reading.writer.start();
    await attempt([reading], async () => {
      opened.push(reading.stream.open(requestFor(reading, options)));
    });
  }
  if (opened.length > 0) await attempt(group, () => writeAll(reader, opened, goingOn(group), options));
  for (const reading of goingOn(group))
    await attempt([reading], () => reading.writer.complete(reading.cursor !== undefined));
}

function goingOn(group: readonly Reading[]): readonly Reading[] {
  return group.filter(({ writer }) => !writer.ended);
}

async function writeAll(
  reader: Reader,
  opened: readonly unknown[],
  group: readonly Reading[],
  { emitter, signal }: ReadOptions,
): Promise<void> {
  const readings = new Map(group.map((reading) => [reading.entry.name, reading]));
  for await (const batch of untilStopped(reader.read(opened, { log: emitter.log, signal }), signal)) {
    signal.throwIfAborted();
    const { writer, cursor } = readings.get(batch.stream) ?? {};
    if (writer === undefined || writer.ended)
      throw new Failure('system_error', `Rows came for ${batch.stream}, which is not being read.`);
    await writer.write(batch);
    if (batch.complete) await writer.complete(cursor !== undefined);
  }
  // A reader may also answer the abort by ending early, which is no end (SIG-03).
  signal.throwIfAborted();
}

function requestFor({ entry, cursor, writer }: Reading, options: ReadOptions): ReadRequest {
  const configured = entry.cursorField?.join('.');
  const own = cursor?.join('.');
  if (configured !== undefined && own !== undefined && configured !== own)
    options.emitter.log.warn(`${entry.name}: the configured cursor field is ignored; its cursor is ${own}.`);
  const state = stateToGoOnFrom(entry, options);
  if (state !== undefined) writer.goesOnFrom(state);
  return {
    // PyAirbyte asks for incremental whatever a stream can do (CONF-02).
    syncMode: own === undefined ? 'full_refresh' : entry.syncMode,
    log: options.emitter.log,
    onRateLimited: (until) => writer.rateLimited(until),
    state: own === undefined ? undefined : state,
  };
}

function stateToGoOnFrom(entry: ConfiguredStream, { states, emitter }: ReadOptions): JsonObject | undefined {
  const state = states.get(entry.name);
  if (state === undefined) return undefined;
  if (!isObject(state))
    throw configError(`The state of ${entry.name} is not valid: it is no object. Reset the stream.`);
  if (!isOfAnotherSync(state, entry)) return state;
  emitter.log.info(`${entry.name}: its state is of another full refresh; reading from the start.`);
  return undefined;
}
