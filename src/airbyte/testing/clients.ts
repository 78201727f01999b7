import type { JsonObject } from '../json.ts';
import type { StateMessage, StreamDescription, SyncMode } from '../protocol.ts';
import type { Run } from './run.ts';

/** A catalog as clients write it for `read`. */
export interface ConfiguredCatalog {
  readonly streams: readonly ConfiguredStream[];
}

interface ConfiguredStream {
  readonly stream: Partial<StreamDescription> & { readonly name: string };
  readonly sync_mode: SyncMode;
  readonly destination_sync_mode: string;
  readonly cursor_field?: readonly string[];
  readonly primary_key?: readonly (readonly string[])[];
}

/** Configures the discovered streams, or those named; as incremental where they support it, unless `syncMode` is given. */
export function configure(
  discovered: readonly StreamDescription[],
  options: { streams?: readonly string[]; syncMode?: SyncMode } = {},
): ConfiguredCatalog {
  const streams = discovered
    .filter(({ name }) => options.streams?.includes(name) ?? true)
    .map((stream): ConfiguredStream => {
      const incremental = stream.supported_sync_modes.includes('incremental');
      return {
        stream,
        sync_mode: options.syncMode ?? (incremental ? 'incremental' : 'full_refresh'),
        destination_sync_mode: incremental ? 'append_dedup' : 'overwrite',
        ...(stream.default_cursor_field && { cursor_field: stream.default_cursor_field }),
        primary_key: stream.source_defined_primary_key,
      };
    });
  return { streams };
}

/** The state file of the next sync: the last STATE of each stream, in the order of the streams' first STATE. */
export function stateFile(run: Run): StateMessage[] {
  return [...new Map(run.states().map((state) => [state.stream.stream_descriptor.name, state])).values()];
}

/** A state file from the states of streams. */
export function stateOf(states: Readonly<Record<string, JsonObject | null>>): JsonObject[] {
  return Object.entries(states).map(([name, stream_state]) => ({
    type: 'STREAM',
    stream: { stream_descriptor: { name }, stream_state },
  }));
}
