import * as z from 'zod';
import type { ConfiguredStream } from './catalog.ts';
import { configError } from './failure.ts';
import type { JsonObject, JsonValue } from './json.ts';

const Blob = z.record(z.string(), z.json()).nullish();
type Entry = [stream: string, state: JsonObject | null | undefined];

const StreamState = z
  .object({ stream_descriptor: z.object({ name: z.string() }), stream_state: Blob })
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
  LegacyState,
  Message,
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

/** What each stream saved, by stream name. A stream that saved nothing is not in it. */
export type SavedStates = ReadonlyMap<string, JsonObject>;

/**
 * Any state a client may hand over: a list of STREAM, GLOBAL or LEGACY states, or of the STATE messages they came in,
 * or one alone; the bare legacy object; or nothing (`[]`, `{}`, null: CLI-02). A stream's last state counts.
 * @throws Failure config_error for any other shape (STI-03).
 */
export function parseState(raw: JsonValue): SavedStates {
  const parsed = StateFile.safeParse(raw);
  if (!parsed.success)
    throw configError(
      'The state is not valid: it holds something else than STATE messages. Give those of the last sync alone, as a list or one a line. Reset the affected streams, or sync without a state, if there are none.',
    );
  return new Map([...new Map(parsed.data)].filter(saysSomething));
}

function saysSomething(entry: Entry): entry is [string, JsonObject] {
  return Object.keys(entry[1] ?? {}).some((key) => !Object.hasOwn(noCursorState, key));
}
