import * as z from 'zod';
import type { ConfiguredStream } from './catalog.ts';
import { configError } from './failure.ts';
import { isObject, type JsonObject, type JsonValue } from './json.ts';

const Blob = z.record(z.string(), z.json()).nullish();
type Entry = [stream: string, state: JsonValue | undefined];

/** Whatever a stream saved: what is no state is that stream's matter, not the others'. */
const StreamState = z
  .object({ stream_descriptor: z.object({ name: z.string() }), stream_state: z.json().optional() })
  .transform(({ stream_descriptor, stream_state }): Entry => [stream_descriptor.name, stream_state]);

/** `{"orders": {"updated_at": …}}`: what old exports and hand-edited states look like (STI-02). */
const LegacyState = z.record(z.string(), Blob).transform((states): Entry[] => Object.entries(states));

const AnyState = z.union([
  z.object({ type: z.literal('STREAM').nullish(), stream: StreamState }).transform(({ stream }) => [stream]),
  z
    .object({
      type: z.literal('GLOBAL').nullish(),
      global: z.object({ stream_states: z.array(StreamState) }),
    })
    .transform(({ global }) => global.stream_states),
  z.object({ type: z.literal('LEGACY').nullish(), data: LegacyState }).transform(({ data }) => data),
]);

/** As a client hands it over, or still in the message it came in. */
const Message = z.union([
  AnyState,
  z.object({ type: z.literal('STATE'), state: AnyState }).transform(({ state }) => state),
]);

const StateFile = z.union([
  z.null().transform((): Entry[] => []),
  z.array(Message).transform((entries) => entries.flat()),
  Message,
  LegacyState,
]);

/** What a stream without a cursor ends with (RFR-01); handed over, it says nothing (STI-04). */
export const noCursorState: JsonObject = { __ab_no_cursor_state_message: true };

const syncIdKey = 'sync_id';

/**
 * A full refresh says in its state which sync it is of, where the platform named one: another attempt of that sync
 * goes on from it, another sync reads from the start (RFR-03).
 */
export function stateOfSync(state: JsonObject, { syncMode, syncId }: ConfiguredStream): JsonObject {
  if (syncMode !== 'full_refresh' || syncId === undefined || state === noCursorState) return state;
  return { ...state, [syncIdKey]: syncId };
}

/** Whether a full refresh is to leave this state alone: it and the catalog name two different syncs. */
export function isOfAnotherSync(state: JsonObject, { syncMode, syncId }: ConfiguredStream): boolean {
  const saved = state[syncIdKey];
  return (
    syncMode === 'full_refresh' &&
    syncId !== undefined &&
    (typeof saved === 'number' || typeof saved === 'string') &&
    String(saved) !== String(syncId)
  );
}

/** What each stream saved, by stream name, be it a state or not. A stream that saved nothing is not in it. */
export type SavedStates = ReadonlyMap<string, JsonValue>;

/**
 * Any state a client may hand over: a list of STREAM, GLOBAL or LEGACY states, or of the STATE messages they came in,
 * or one alone; the bare legacy object; or nothing (`[]`, `{}`, null: CLI-02). A stream's last state counts.
 * @throws Failure config_error for any other shape (STI-03).
 */
export function parseState(raw: JsonValue): SavedStates {
  const parsed = StateFile.safeParse(raw);
  if (!parsed.success)
    throw configError(
      `The state is not valid: ${problemIn(raw)}. Reset the streams and sync without a state, or give the STATE messages of the last sync alone, as a list or one a line.`,
    );
  return new Map([...new Map(parsed.data)].filter(saysSomething));
}

function problemIn(raw: JsonValue): string {
  if (!Array.isArray(raw)) return 'it is no STATE message, and no list of them';
  const wrong = raw.findIndex((entry) => !Message.safeParse(entry).success);
  return `entry ${wrong + 1} of its ${raw.length} is no STATE message`;
}

function saysSomething(entry: Entry): entry is [string, JsonValue] {
  const [, state = null] = entry;
  if (!isObject(state)) return state !== null;
  return Object.keys(state).some((key) => !Object.hasOwn(noCursorState, key));
}
