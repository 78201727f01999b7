import { configError, isObject, type JsonObject, type JsonValue } from '../airbyte/index.ts';
import { type Instant, parseUtc, second } from './instant.ts';

/**
 * The cursor in a stream's state, its own or any that the official connector or its framework wrote (MIG-01..06);
 * undefined when it holds none. @throws ConnectorError (config_error) where it is no time (STI-03)
 */
export function savedCursor(
  stream: string,
  state: JsonObject | undefined,
  field: string,
): Instant | undefined {
  const cursor = lowestIn(state, field);
  if (!Number.isNaN(cursor)) return cursor;
  throw configError(
    `The state of ${stream} is not valid: its ${field} is not a time such as 2024-05-01T10:00:00+00:00. Reset the stream, or correct it.`,
  );
}

/** NaN where a cursor is no time. */
function lowestIn(state: JsonValue | undefined, field: string): Instant | undefined {
  if (!isObject(state)) return undefined;
  const own = state[field] ?? undefined;
  if (own !== undefined) return instantIn(own);
  if (Array.isArray(state['slices'])) return inSlices(state['slices']) ?? lowestIn(state['legacy'], field);
  const partitions = Array.isArray(state['states']) ? state['states'] : [];
  const shared = lowestIn(state['state'], field);
  const cursors = partitions.map((one) => lowestIn(isObject(one) ? one['cursor'] : undefined, field));
  const lowest = lowestOf(shared === undefined ? cursors : [...cursors, shared]);
  const { lookback_window: seconds } = state;
  const lookback = typeof seconds === 'number' ? Math.max(0, seconds) * second : 0;
  return lowest === undefined ? undefined : lowest - lookback;
}

/** `slices: [{start, end, most_recent_cursor_value}]`: each has been read from its start to its most recent value. */
function inSlices(slices: readonly JsonValue[]): Instant | undefined {
  return lowestOf(
    slices.map((slice) =>
      isObject(slice) ? instantIn(slice['most_recent_cursor_value'] ?? slice['start']) : Number.NaN,
    ),
  );
}

/** Undefined where one of them has none: what that one had read is not known. */
function lowestOf(cursors: readonly (Instant | undefined)[]): Instant | undefined {
  if (cursors.length === 0 || !cursors.every((cursor) => cursor !== undefined)) return undefined;
  return cursors.reduce((lowest, cursor) => Math.min(lowest, cursor));
}

function instantIn(value: JsonValue | undefined): Instant {
  return typeof value === 'string' ? (parseUtc(value) ?? Number.NaN) : Number.NaN;
}
