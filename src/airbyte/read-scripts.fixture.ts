import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import type { ConfiguredStream } from './catalog.ts';
import { Emitter } from './emitter.ts';
import type { JsonObject } from './json.ts';
import { Output } from './output.ts';
import { readStreams } from './read.ts';
import type { Message, StateMessage } from './protocol.ts';
import type { Batch, Reader, Stream } from './source.ts';

/** What a reader yields, given what its streams opened. */
export type Script = (opened: readonly unknown[]) => AsyncIterable<Batch>;

export function streamOf(name: string, reader: Reader, hasCursor = true): Stream {
  return {
    name,
    reader,
    describe: () => ({
      name,
      json_schema: {},
      supported_sync_modes: ['full_refresh', 'incremental'],
      ...(hasCursor && { default_cursor_field: ['id'] }),
      source_defined_primary_key: [['id']],
      is_resumable: hasCursor,
    }),
    open: (request) => request,
  };
}

export const readerOf = (script: Script): Reader => ({ read: script });
export const rows = (...ids: number[]) => ids.map((id) => ({ data: { id } }));
/** The one stream of a script. */
export const one = (script: Script, hasCursor = true) => [streamOf('things', readerOf(script), hasCursor)];

interface Options {
  readonly states?: Readonly<Record<string, JsonObject>>;
  readonly catalog?: readonly ({ readonly name: string } & Omit<ConfiguredStream, 'stream'>)[];
  readonly signal?: AbortSignal;
}

/** Whether all is complete, and what was said, a message a line: `STATE things {"id":2} 2`. */
export async function read(streams: readonly Stream[], options: Options = {}): Promise<[boolean, string[]]> {
  const stdout = new PassThrough();
  const said = text(stdout);
  const output = new Output(stdout, () => {});
  const configured =
    options.catalog ?? streams.map(({ name }) => ({ name, sync_mode: 'incremental' as const }));
  const complete = await readStreams({
    streams,
    catalog: configured.map(({ name, ...entry }) => ({ stream: { name }, ...entry })),
    states: new Map(Object.entries(options.states ?? {})),
    emitter: new Emitter(output, { debug: false }),
    signal: options.signal ?? new AbortController().signal,
  });
  await output.flush();
  stdout.end();
  const lines = (await said).split('\n').filter((line) => line !== '');
  return [complete, lines.map((line) => summary(JSON.parse(line) as Said))];
}

interface Said {
  readonly type: string;
  readonly record: { readonly stream: string; readonly data: { readonly id: number } };
  readonly log: { readonly level: string; readonly message: string };
  readonly state: StateMessage;
  readonly trace: Extract<Message, { type: 'TRACE' }>['trace'];
}

// Shapes are held by the process tests; here only what was said, and in which order.
function summary({ type, record, state, trace, log }: Said): string {
  if (type === 'RECORD') return `RECORD ${record.stream} ${record.data.id}`;
  if (type === 'LOG') return `${log.level} ${log.message}`;
  if (type === 'STATE') {
    const { stream_descriptor, stream_state } = state.stream;
    return `STATE ${stream_descriptor.name} ${JSON.stringify(stream_state)} ${String(state.sourceStats.recordCount)}`;
  }
  if (trace.type === 'ERROR')
    return `ERROR ${trace.error.failure_type} ${trace.error.stream_descriptor?.name}`;
  const { status, stream_descriptor, reasons } = trace.stream_status;
  return `${status} ${stream_descriptor.name}${reasons ? ' limited' : ''}`;
}

/** All but the lines of the log that tell how it goes. */
export const spoken = (lines: readonly string[]) => lines.filter((line) => !/^INFO|^\w+ Summary/.test(line));
