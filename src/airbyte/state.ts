import * as z from 'zod';
import type { ConfiguredStream } from './catalog.ts';
import { configError } from './connector-error.ts';
import { isObject, type JsonObject, type JsonValue } from './json.ts';

/** Anything, since it comes from a file of JSON. */
const Json = z.custom<JsonValue>();
const Blob = z.record(z.string(), Json).nullable();
type Entry = [stream: string, state: JsonValue];

/** Any value is accepted as a stream's state here, so that an invalid one fails its own stream alone. */
const StreamState = z
  .object({ stream_descriptor: z.object({ name: z.string() }), stream_state: Json.default(null) })
  .transform(({ stream_descriptor, stream_state }): Entry => [stream_descriptor.name, stream_state]);

/** `{"orders": {"updated_at": …}}`: the shape of old exports and of states written by hand. */
const LegacyState = z.record(z.string(), Blob).transform((states): Entry[] => Object.entries(states));

const GlobalState = z.object({ stream_states: z.array(StreamState) }).transform((all) => all.stream_states);

const AnyState = z.union([
  z.object({ type: z.literal('STREAM').nullish(), stream: StreamState }).transform(({ stream }) => [stream]),
  z.object({ type: z.literal('GLOBAL').nullish(), global: GlobalState }).transform(({ global }) => global),
  z.object({ type: z.literal('LEGACY').nullish(), data: LegacyState }).transform(({ data }) => data),
]);

/** A state alone, or within its STATE message. */
const Message = z.union([
  AnyState,
  z.object({ type: z.literal('STATE'), state: AnyState }).transform(({ state }) => state),
]);

const StateFile = z.union([z.array(Message).transform((entries) => entries.flat()), Message, LegacyState]);

/** The protocol's state for a stream without a cursor. As an input it counts as no state. */
export const noCursorState: JsonObject = { __ab_no_cursor_state_message: true };

type Sync = Pick<ConfiguredStream, 'sync_mode' | 'sync_id'>;

/** Not the protocol's `__ab_full_refresh_sync_complete`: Airbyte's framework reads nothing of a stream whose state has that. */
const finishedKey = 'refresh_complete';

/**
 * The state with the sync's id added, for a full refresh whose platform sends one, and with a mark once its listing has
 * been written to the end. A later attempt at the same sync resumes from it; any other sync reads from the start.
 */
export function stateOfSync(state: JsonObject, { sync_mode, sync_id }: Sync, isFinished = false): JsonObject {
  if (sync_mode !== 'full_refresh' || sync_id === undefined || state === noCursorState) return state;
  return { ...state, sync_id, ...(isFinished && { [finishedKey]: true }) };
}

/** Whether a stream resumes from this state: a full refresh does from one of its own sync alone. */
export function isOfSync({ sync_id: saved }: JsonObject, { sync_mode, sync_id }: Sync): boolean {
  if (sync_mode === 'incremental') return true;
  const isId = typeof saved === 'number' || typeof saved === 'string';
  return sync_id !== undefined && isId && String(saved) === String(sync_id);
}

/** Whether this state, of an earlier attempt at the same full refresh, says that its listing has been written to the end. */
export function saysFinished(state: JsonObject, { sync_mode }: Sync): boolean {
  return sync_mode === 'full_refresh' && state[finishedKey] === true;
}

/** What each stream saved, by stream name; it may not be a valid state. Without the streams that saved nothing. */
export type SavedStates = ReadonlyMap<string, JsonValue>;

/**
 * Parses any state that a client may send: a list of STREAM, GLOBAL or LEGACY states, or of their STATE messages, or one
 * alone; the bare legacy object; or nothing (`[]`, `{}`, null). The last state of a stream counts.
 * @throws ConnectorError (config_error) for any other shape
 */
export function parseState(raw: JsonValue): SavedStates {
  const parsed = StateFile.safeParse(raw ?? []);
  if (!parsed.success)
    throw configError(
      `The state is not valid: ${problemIn(raw)}. Reset the streams and sync without a state, or give the STATE messages of the last sync alone, as a list or one a line.`,
    );
  return new Map([...new Map(parsed.data)].filter(hasState));
}

function problemIn(raw: JsonValue): string {
  if (!Array.isArray(raw)) return 'it is no STATE message, and no list of them';
  const wrong = raw.findIndex((entry) => !Message.safeParse(entry).success);
  return `entry ${wrong + 1} of its ${raw.length} is no STATE message`;
}

function hasState([, state]: Entry): boolean {
  if (!isObject(state)) return state !== null;
  return Object.keys(state).some((key) => !Object.hasOwn(noCursorState, key));
}
