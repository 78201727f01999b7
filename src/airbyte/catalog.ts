import * as z from 'zod';
import { configError } from './failure.ts';
import type { JsonValue } from './json.ts';
import { missingOr, problemsIn } from './problems.ts';
import type { SyncMode } from './protocol.ts';

/** What the platform asks of one stream (CONF-01). All else it says is for the destination. */
export interface ConfiguredStream {
  readonly name: string;
  readonly syncMode: SyncMode;
  readonly cursorField?: readonly string[] | undefined;
  /** Names the sync this is an attempt at, where the platform says it. */
  readonly syncId?: number | string | undefined;
}

const syncModes = ['full_refresh', 'incremental'] as const;
const text = { error: missingOr(() => 'must be a text that is not empty') };
const list = { error: missingOr(() => 'must be a list') };
const object = { error: missingOr(() => 'must be an object') };

const ConfiguredCatalog = z.object(
  {
    streams: z.array(
      z.object(
        {
          stream: z.object(
            { name: z.string(text).min(1, text), namespace: z.string(text).nullish() },
            object,
          ),
          sync_mode: z.enum(syncModes, { error: missingOr(() => `must be ${syncModes.join(' or ')}`) }),
          cursor_field: z.array(z.string(text), list).nullish(),
          sync_id: z.union([z.number(), z.string()]).optional().catch(undefined),
        },
        object,
      ),
      list,
    ),
  },
  object,
);

/** What discover prints, with its envelope or without. */
const Discovered = z.union([
  z.object({ type: z.literal('CATALOG') }),
  z.object({ streams: z.array(z.object({ name: z.string(), stream: z.undefined().optional() })).min(1) }),
]);

/** The streams to sync, in the catalog's order. @throws Failure config_error (CONF-03, CONF-08) */
export function parseConfiguredCatalog(raw: JsonValue): ConfiguredStream[] {
  const parsed = ConfiguredCatalog.safeParse(raw);
  if (!parsed.success) {
    if (Discovered.safeParse(raw).success)
      throw configError(
        "This is discover's output, not a configured catalog. Make each of its streams {stream, sync_mode, destination_sync_mode}.",
      );
    throw configError(
      `The configured catalog is not valid: ${problemsIn(parsed.error, 3)}. Run discover and configure its streams.`,
    );
  }
  const streams = parsed.data.streams.map(({ stream, sync_mode, cursor_field, sync_id }) => ({
    name: stream.name,
    syncMode: sync_mode,
    cursorField: cursor_field?.length ? cursor_field : undefined,
    syncId: sync_id,
  }));
  const names = streams.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined)
    throw configError(
      `The configured catalog names the stream ${JSON.stringify(twice)} twice; name it once.`,
    );
  return streams;
}
