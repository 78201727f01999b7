import { abortable } from './abortable.ts';
import type { ConfiguredStream } from './catalog.ts';
import { configError, ConnectorError } from './connector-error.ts';
import type { Emitter } from './emitter.ts';
import { isObject, type JsonObject } from './json.ts';
import type { Log } from './log.ts';
import type { Output } from './output.ts';
import { isOfAnotherSync, type SavedStates } from './state.ts';
import type { Reader, ReadRequest, Stream } from './source-stream.ts';
import { StreamErrors } from './stream-errors.ts';
import { StreamWriter } from './stream-writer.ts';

export interface ReadOptions<Opened> {
  readonly streams: readonly Stream<Opened>[];
  readonly catalog: readonly ConfiguredStream[];
  readonly states: SavedStates;
  readonly emitter: Emitter;
  readonly output: Output;
  readonly signal: AbortSignal;
}

/** A configured stream in one sync. */
interface StreamRead<Opened> {
  readonly stream: Stream<Opened>;
  readonly entry: ConfiguredStream;
  readonly writer: StreamWriter;
  readonly cursor: readonly string[] | undefined;
}

/**
 * Reads all configured streams concurrently, those of one reader together. An error fails the streams of its reader
 * alone. Resolves to true when every configured stream is COMPLETE, which alone may end in exit code 0.
 */
export async function readStreams<Opened>(options: ReadOptions<Opened>): Promise<boolean> {
  const { catalog, states, emitter } = options;
  emitter.log.info('Starting syncing');
  const configured = new Set(catalog.map(({ name }) => name));
  for (const name of states.keys()) {
    if (!configured.has(name))
      emitter.log.warn(`Ignoring the state of ${name}: the stream is not configured.`);
  }
  const errors = new StreamErrors(options);
  const reads = catalog.flatMap((entry): StreamRead<Opened>[] => {
    const stream = options.streams.find(({ name }) => name === entry.name);
    if (stream !== undefined) {
      const cursor = stream.describe().default_cursor_field;
      return [{ stream, entry, cursor, writer: new StreamWriter(entry, cursor !== undefined, options) }];
    }
    errors.add(entry.name, noSuchStream(entry.name));
    return [];
  });
  const groups = Map.groupBy(reads, ({ stream }) => stream.reader);
  await Promise.all([...groups].map(([reader, group]) => readTogether(reader, group, errors, options)));
  errors.reportConfigErrors();
  emitter.log.info('Finished syncing');
  return errors.none;
}

function noSuchStream(name: string): ConnectorError {
  return configError(
    `There is no stream ${JSON.stringify(name)}. Refresh the source's schema, or take the stream out of the sync.`,
  );
}

/** Takes a step of these streams. An error fails those of them that are not complete yet. */
type Attempt<Opened> = (reads: readonly StreamRead<Opened>[], step: () => Promise<void>) => Promise<void>;

/** Reads the streams of one reader. */
async function readTogether<Opened>(
  reader: Reader<Opened>,
  group: readonly StreamRead<Opened>[],
  errors: StreamErrors,
  options: ReadOptions<Opened>,
): Promise<void> {
  const attempt: Attempt<Opened> = async (reads, step) => {
    try {
      await step();
    } catch (error) {
      for (const { writer, entry } of notEnded(reads)) {
        writer.abort();
        errors.add(entry.name, error);
      }
    }
  };
  const opened: Opened[] = [];
  for (const read of group) {
    read.writer.start();
    await attempt([read], async () => {
      opened.push(read.stream.open(requestFor(read, options)));
    });
  }
  if (opened.length > 0)
    await attempt(group, () => writeAll(reader, opened, notEnded(group), options, attempt));
  for (const read of notEnded(group)) await attempt([read], () => read.writer.complete());
}

function notEnded<Opened>(group: readonly StreamRead<Opened>[]): readonly StreamRead<Opened>[] {
  return group.filter(({ writer }) => !writer.ended);
}

async function writeAll<Opened>(
  reader: Reader<Opened>,
  opened: readonly Opened[],
  group: readonly StreamRead<Opened>[],
  { emitter, signal }: ReadOptions<Opened>,
  attempt: Attempt<Opened>,
): Promise<void> {
  const reads = new Map(group.map((read) => [read.entry.name, read]));
  for await (const batch of abortable(reader.read(opened, { log: emitter.log, signal }), signal)) {
    signal.throwIfAborted();
    const read = reads.get(batch.stream);
    if (read === undefined || read.writer.ended)
      throw new ConnectorError('system_error', `Rows came for ${batch.stream}, which is not being read.`);
    await read.writer.write(batch);
    // Its rows without a usable key fail this stream alone.
    if (batch.complete) await attempt([read], () => read.writer.complete());
  }
  // A reader may answer the abort by ending early. Its streams are not complete then.
  signal.throwIfAborted();
}

function requestFor<Opened>(
  { entry, cursor, writer }: StreamRead<Opened>,
  options: ReadOptions<Opened>,
): ReadRequest {
  const { log } = options.emitter;
  const configured = entry.cursorField?.join('.');
  const own = cursor?.join('.');
  if (configured !== undefined && own !== undefined && configured !== own)
    log.warn(`${entry.name}: the configured cursor field is ignored; its cursor is ${own}.`);
  const state = stateToResume(entry, options.states, log);
  if (state !== undefined) writer.resumeFrom(state);
  return {
    // PyAirbyte asks for incremental, whatever a stream supports.
    syncMode: own === undefined ? 'full_refresh' : entry.syncMode,
    log,
    onRateLimited: (until) => writer.rateLimited(until),
    onKeylessRow: (place) => writer.setAside(place),
    state: own === undefined ? undefined : state,
  };
}

function stateToResume(entry: ConfiguredStream, states: SavedStates, log: Log): JsonObject | undefined {
  const state = states.get(entry.name);
  if (state === undefined) return undefined;
  if (!isObject(state))
    throw configError(`The state of ${entry.name} is not valid: it is no object. Reset the stream.`);
  if (!isOfAnotherSync(state, entry)) return state;
  log.info(`${entry.name}: its state is of another full refresh; reading from the start.`);
  return undefined;
}
