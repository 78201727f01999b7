import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ConfiguredStream } from './catalog.ts';
import { configError, ConnectorError } from './connector-error.ts';
import { isObject } from './json.ts';
import { isOfSync, type SavedStates } from './state.ts';
import type { Connection, Reader, ReadRequest, Stream } from './source.ts';
import { type Channel, StreamWriter } from './stream-writer.ts';
import { StreamMetrics } from './stream-metrics.ts';
import { reportSync } from './sync-report.ts';

export interface ReadOptions<Opened> extends Channel, Pick<Connection<Opened>, 'streams' | 'rateLimit'> {
  readonly catalog: readonly ConfiguredStream[];
  readonly states: SavedStates;
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
  const configured = new Set(catalog.map(({ stream }) => stream.name));
  const idle = [...states.keys()].filter((name) => !configured.has(name));
  for (const name of idle.slice(0, mostNamed))
    emitter.log.warn(`Ignoring the state of ${name}: the stream is not configured.`);
  const more = idle.length - mostNamed;
  if (more > 0) emitter.log.warn(`Ignoring the states of ${more} streams more, which are not configured.`);
  const streams = new Map(options.streams.map((stream) => [stream.name, stream]));
  const writers = catalog.map((entry) => {
    const cursor = streams.get(entry.stream.name)?.describe().default_cursor_field?.join('.');
    return new StreamWriter(entry, cursor, options);
  });
  const groups = Map.groupBy(writers, ({ name }) => streams.get(name)?.reader);
  const reportEnd = reportSync([...groups.values()], emitter, options.rateLimit);
  await Promise.all([...groups].map(([reader, group]) => readTogether(reader, group, streams, options)));
  const [addition, ...others] = new Set(writers.map(({ configError: error }) => error?.ifAll));
  for (const writer of writers) writer.reportConfigError(others.length === 0 ? addition : undefined);
  emitter.log.info('Finished syncing');
  reportEnd();
  return writers.every(({ isComplete }) => isComplete);
}

/** Reads the streams of one reader. An error fails those of them that are not complete yet. */
async function readTogether<Opened>(
  reader: Reader<Opened> | undefined,
  group: readonly StreamWriter[],
  streams: ReadonlyMap<string, Stream<Opened>>,
  options: ReadOptions<Opened>,
): Promise<void> {
  const opening = group.map((writer) => open(streams.get(writer.name), writer, options));
  const opened = (await Promise.all(opening)).flat();
  const notEnded = () => group.filter(({ hasEnded }) => !hasEnded);
  try {
    if (reader !== undefined && opened.length > 0)
      await Promise.race([writeAll(reader, opened, group, options), abandoned(options.signal)]);
    for (const writer of notEnded()) await writer.complete();
  } catch (error) {
    for (const writer of notEnded()) writer.fail(error);
  }
}

/**
 * Starts and opens a stream; undefined is one that the source does not have. Empty where that fails, since an error then
 * fails this stream alone, and where an earlier attempt at the same full refresh has finished it.
 */
async function open<Opened>(
  stream: Stream<Opened> | undefined,
  writer: StreamWriter,
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
  } catch (error) {
    writer.fail(error);
  }
  return [];
}

async function writeAll<Opened>(
  reader: Reader<Opened>,
  opened: readonly Opened[],
  group: readonly StreamWriter[],
  { emitter: { log }, signal }: ReadOptions<Opened>,
): Promise<void> {
  signal.throwIfAborted();
  const writers = new Map(group.map((writer) => [writer.name, writer]));
  // The first stream of a reader has the requests of all.
  const { metrics = new StreamMetrics() } = group[0] ?? {};
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
async function abandoned(signal: AbortSignal): Promise<never> {
  await once(signal, 'abort');
  await sleep(graceMs);
  throw signal.reason;
}

function requestFor<Opened>(writer: StreamWriter, { emitter, states }: ReadOptions<Opened>): ReadRequest {
  const { log } = emitter;
  const { entry, cursor, name } = writer;
  const configured = entry.cursor_field ?? [];
  if (configured.length > 0 && cursor !== undefined && configured.join('.') !== cursor)
    log.warn(`${name}: the configured cursor field is ignored; its cursor is ${cursor}.`);
  const saved = states.get(name);
  if (saved !== undefined && !isObject(saved))
    throw configError(`The state of ${name} is not valid: it is no object. Reset the stream.`);
  const isResumed = saved !== undefined && isOfSync(saved, entry);
  if (isResumed) writer.resumeFrom(saved);
  else if (saved !== undefined)
    log.info(`${name}: its state is not of this full refresh; reading from the start.`);
  return {
    syncMode: writer.syncMode,
    log,
    onRateLimited: (until) => writer.rateLimited(until),
    onKeylessRow: (place) => writer.keyless.add(place),
    changes: writer.changes,
    state: isResumed && cursor !== undefined ? saved : undefined,
  };
}
