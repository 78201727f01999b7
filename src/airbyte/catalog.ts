import * as z from 'zod';
import { configError } from './connector-error.ts';
import { isObject, type JsonValue } from './json.ts';
import { parseWith } from './problems.ts';

const ConfiguredStream = z.object({
  stream: z.object({ name: z.string().min(1), namespace: z.string().nullish() }),
  sync_mode: z.enum(['full_refresh', 'incremental']),
  cursor_field: z.array(z.string()).nullish(),
  /** Identifies the sync: all attempts at one sync have the same id. Absent where the platform sends none. */
  sync_id: z.union([z.number(), z.string()]).optional().catch(undefined),
});
const ConfiguredCatalog = z.object({ streams: z.array(ConfiguredStream) });

/** What the platform asks of one stream. The catalog's other fields are for the destination. */
export type ConfiguredStream = z.output<typeof ConfiguredStream>;

/** Output of discover, as a message or as the catalog alone. */
const Discovered = z.union([
  z.object({ type: z.literal('CATALOG') }),
  z.object({ streams: z.array(z.object({ name: z.string(), stream: z.undefined().optional() })).min(1) }),
]);

const mostStreams = 10_000;

/** The streams to sync, in the catalog's order. @throws ConnectorError (config_error) where it is not valid */
export function parseConfiguredCatalog(raw: JsonValue): ConfiguredStream[] {
  const given = isObject(raw) ? raw['streams'] : undefined;
  if (Array.isArray(given) && given.length > mostStreams)
    throw configError(
      `The configured catalog has ${given.length} streams, more than the ${mostStreams} that are read at most.`,
    );
  const { data, problem } = parseWith(ConfiguredCatalog, raw, 3);
  if (problem !== undefined)
    throw configError(
      Discovered.safeParse(raw).success
        ? "This is discover's output, not a configured catalog. Make each of its streams {stream, sync_mode, destination_sync_mode}."
        : `The configured catalog is not valid: ${problem}. Run discover and configure its streams.`,
    );
  const names = new Set<string>();
  const duplicate = data.streams
    .map(({ stream }) => stream.name)
    .find((name) => names.size === names.add(name).size);
  if (duplicate !== undefined)
    throw configError(
      `The configured catalog names the stream ${JSON.stringify(duplicate)} twice; name it once.`,
    );
  return data.streams;
}
