import type { Sandbox } from '../../sandbox/index.ts';

/** A line of either protocol, as far as it is looked at. */
interface Message {
  readonly type?: string;
  /** Singer: the stream of a RECORD. */
  readonly stream?: string;
  /** Airbyte: stream and data; Singer: the row. */
  readonly record?: { readonly stream?: string; readonly data?: Row } & Row;
  readonly trace?: { readonly error?: { readonly message?: string; readonly internal_message?: string } };
}

interface Row {
  readonly id?: unknown;
}

/** Rows against what the API holds. */
export interface Rows {
  /** Rows of the API that did not come, by stream, for streams that lack any. */
  readonly lost: Readonly<Record<string, string>>;
  readonly lostCount: number;
  /** Rows that came again. */
  readonly twice: number;
}

/** Compares by key what a connector wrote with what a client without mishap would read. */
export function compareRows(store: Sandbox, streams: readonly string[], stdout: Buffer): Rows {
  const written = new Map<string, Set<unknown>>(streams.map((name) => [name, new Set()]));
  let [lostCount, twice] = [0, 0];
  for (const message of messagesOf(stdout)) {
    if (message.type !== 'RECORD') continue;
    const [name, row] =
      message.stream === undefined
        ? [message.record?.stream, message.record?.data]
        : [message.stream, message.record];
    const ids = written.get(name ?? '');
    if (ids?.has(row?.id) === true) twice += 1;
    ids?.add(row?.id);
  }
  const lost: Record<string, string> = {};
  for (const [name, ids] of written) {
    const held = store.served(`/${name}`);
    const missing = held.filter(({ id }) => !ids.has(id)).length;
    lostCount += missing;
    if (missing > 0)
      lost[name] = `${missing.toLocaleString('en')} of ${held.length.toLocaleString('en')} ${name}`;
  }
  return { lost, lostCount, twice };
}

/** Why a connector ended badly, as it says itself: its first error trace, else the last line it complained with. */
export function complaintOf(stdout: Buffer, stderr: string): string {
  for (const { trace } of messagesOf(stdout)) {
    const { message, internal_message: detail } = trace?.error ?? {};
    if (message !== undefined) return detail === undefined ? message : `${message} (${detail})`;
  }
  return stderr.trim().split('\n').at(-1) ?? '';
}

/** The messages of whole lines: what follows the last line's end was cut off with its process. */
function* messagesOf(stdout: Buffer): Generator<Message> {
  for (const line of stdout.toString().split('\n').slice(0, -1))
    if (line.startsWith('{')) yield JSON.parse(line) as Message;
}
