import type { ConfiguredStream } from './catalog.ts';
import { configError, ConnectorError } from './connector-error.ts';
import { isObject, type JsonObject } from './json.ts';
import type { Log } from './protocol.ts';
import type { Connection } from './source.ts';
import { isOfSync, type SavedStates } from './state.ts';
import type { Reader, ReadRequest, Stream } from './source-stream.ts';
import { type Channel, StreamWriter } from './stream-writer.ts';
import { StreamMetrics } from './stream-metrics.ts';
import { SyncReport } from './sync-report.ts';

export interface ReadOptions<Opened> extends Channel, Pick<Connection<Opened>, 'streams' | 'rateLimit'> {
  readonly catalog: readonly ConfiguredStream[];
  readonly states: SavedStates;
}

/** A configured stream in one sync; `stream` is undefined where the source has none of that name. */
interface StreamRead<Opened> {
  readonly stream: Stream<Opened> | undefined;
  readonly writer: StreamWriter;
}

/** So many streams whose state is ignored are named. */
const mostNamed = 20;

/**
 * Reads all configured streams concurrently, those of one reader together. An error fails the streams of its reader
 * alone. Resolves to true when every configured stream is COMPLETE, which alone may end in exit code 0.
 */
export async function readStreams<Opened>(options: ReadOptions<Opened>): Promise<boolean> {
  const { catalog, states, emitter } = options;
  emitter.log.info('Starting syncing');
  const configured = new Set(catalog.map(({ name }) => name));
  const idle = [...states.keys()].filter((name) => !configured.has(name));
  for (const name of idle.slice(0, mostNamed))
    emitter.log.warn(`Ignoring the state of ${name}: the stream is not configured.`);
  if (idle.length > mostNamed)
    emitter.log.warn(
      `Ignoring the states of ${idle.length - mostNamed} streams more, which are not configured.`,
    );
  const streams = new Map(options.streams.map((stream) => [stream.name, stream]));
  const reads = catalog.map((entry): StreamRead<Opened> => {
    const stream = streams.get(entry.name);
    const cursor = stream?.describe().default_cursor_field?.join('.');
    return { stream, writer: new StreamWriter(entry, cursor, options) };
  });
  const groups = Map.groupBy(reads, ({ stream }) => stream?.reader);
  const writers = [...groups.values()].map((group) => group.map(({ writer }) => writer));
  const report = new SyncReport(writers, emitter, options.rateLimit);
  await Promise.all([...groups].map(([reader, group]) => readTogether(reader, group, options)));
  const [more, ...others] = new Set(reads.map(({ writer }) => writer.configError?.ifAll));
  for (const { writer } of reads) writer.reportConfigError(others.length === 0 ? more : undefined);
  emitter.log.info('Finished syncing');
  report.end();
  return reads.every(({ writer }) => writer.isComplete);
}

/** Reads the streams of one reader. An error fails those of them that are not complete yet. */
async function readTogether<Opened>(
  reader: Reader<Opened> | undefined,
  group: readonly StreamRead<Opened>[],
  options: ReadOptions<Opened>,
): Promise<void> {
  const opened = (await Promise.all(group.map((read) => open(read, options)))).flat();
  const writers = new Map(group.map(({ writer }) => [writer.name, writer]));
  const notEnded = () => group.map(({ writer }) => writer).filter(({ hasEnded }) => !hasEnded);
  try {
    if (reader !== undefined && opened.length > 0)
      await Promise.race([writeAll(reader, opened, writers, options), abandoned(options.signal)]);
    for (const writer of notEnded()) await writer.complete();
  } catch (error) {
    for (const writer of notEnded()) writer.fail(error);
  }
}

/**
 * Starts and opens a stream. Empty where that fails, since an error then fails this stream alone, and where an earlier
 * attempt at the same full refresh has finished it.
 */
async function open<Opened>(
  { stream, writer }: StreamRead<Opened>,
  options: ReadOptions<Opened>,
): Promise<Opened[]> {
  try {
    if (stream === undefined)
      throw configError(
        `There is no stream ${JSON.stringify(writer.name)}. Refresh the source's schema, or take the stream out of the sync.`,
      );
    writer.start();
    const request = requestFor(writer, options);
    if (!writer.isFinished) return [stream.open(request)];
    await writer.complete();
    return [];
  } catch (error) {
    writer.fail(error);
    return [];
  }
}

async function writeAll<Opened>(
  reader: Reader<Opened>,
  opened: readonly Opened[],
  writers: ReadonlyMap<string, StreamWriter>,
  { emitter: { log }, signal }: ReadOptions<Opened>,
): Promise<void> {
  signal.throwIfAborted();
  // The first stream of a reader has the requests of all.
  const { metrics = new StreamMetrics() } = writers.values().next().value ?? {};
  for await (const batch of reader.read(opened, { log, signal, metrics })) {
    signal.throwIfAborted();
    const writer = writers.get(batch.stream);
    if (writer === undefined || writer.hasEnded)
      throw new ConnectorError('system_error', `Rows came for ${batch.stream}, which is not being read.`);
    await writer.write(batch);
    if (batch.complete) await writer.complete();
  }
  // A reader may answer the abort by ending early. Its streams are not complete then.
  signal.throwIfAborted();
}

/** Milliseconds a reader has to end by itself after an abort. One that listens to the signal needs far less. */
const graceMs = 1_000;

/** Rejects after the abort: a reader that ignores it is abandoned, so that its streams are reported as INCOMPLETE. */
function abandoned(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    const abandon = () => setTimeout(() => reject(signal.reason as Error), graceMs);
    signal.addEventListener('abort', abandon, { once: true });
  });
}

function requestFor<Opened>(writer: StreamWriter, options: ReadOptions<Opened>): ReadRequest {
  const { log } = options.emitter;
  const { entry, cursor } = writer;
  const configured = entry.cursorField?.join('.');
  if (configured !== undefined && cursor !== undefined && configured !== cursor)
    log.warn(`${entry.name}: the configured cursor field is ignored; its cursor is ${cursor}.`);
  const state = stateToResume(entry, options.states, log);
  if (state !== undefined) writer.resumeFrom(state);
  return {
    // PyAirbyte asks for incremental, whatever a stream supports.
    syncMode: cursor === undefined ? 'full_refresh' : entry.syncMode,
    log,
    onRateLimited: (until) => writer.rateLimited(until),
    onKeylessRow: (place) => writer.keyless.add(place),
    changes: writer.changes,
    state: cursor === undefined ? undefined : state,
  };
}

function stateToResume(entry: ConfiguredStream, states: SavedStates, log: Log): JsonObject | undefined {
  const state = states.get(entry.name);
  if (state === undefined) return undefined;
  if (!isObject(state))
    throw configError(`The state of ${entry.name} is not valid: it is no object. Reset the stream.`);
  if (isOfSync(state, entry)) return state;
  log.info(`${entry.name}: its state is not of this full refresh; reading from the start.`);
  return undefined;
}
