import type { ApiResponse } from '../recharge/response.ts';
import type { Query } from '../recharge/request.ts';
import { RechargeError } from '../recharge/errors.ts';
import { parseUtc, toNewYorkText, toText } from './instant.ts';

/** A row as a reader of the API finds it; `at` in seconds. */
export interface Version {
  readonly id: number;
  readonly at: number;
}

/** A table whose writes become visible late, in virtual seconds. */
export class Table {
  readonly #versions = new Map<number, { updatedAt: number; visibleAt: number; gone: boolean }[]>();
  readonly #deletions: (Version & { readonly visibleAt: number })[] = [];
  readonly #deletes: boolean;
  now: number;

  /** @param deletes whether rows are among what `change` does away with */
  constructor(now: number, deletes = true) {
    this.now = now;
    this.#deletes = deletes;
  }

  write(id: number, updatedAt: number, hiddenFor: number, gone = false): void {
    const versions = this.#versions.get(id) ?? [];
    const visibleAt = Math.max(updatedAt + hiddenFor, versions.at(-1)?.visibleAt ?? 0);
    this.#versions.set(id, [...versions, { updatedAt, visibleAt, gone }]);
  }

  /** A row is written, made or deleted now, which comes to light within `lag` seconds, and its event within others. */
  change(random: (below: number) => number, lag: number): void {
    const { now, newId } = this;
    const ids = [...this.newest().keys()];
    const id = (random(4) === 0 ? undefined : ids[random(Math.max(1, ids.length))]) ?? newId;
    const gone = this.#deletes && id !== newId && random(6) === 0;
    this.write(id, now, random(lag), gone);
    if (gone) this.#deletions.push({ id, at: now, visibleAt: now + random(lag) });
  }

  /** How many times a row was written. */
  get versions(): number {
    return [...this.#versions.values()].reduce((sum, { length }) => sum + length, 0);
  }

  private get newId(): number {
    return this.#versions.size;
  }

  /** The newest version of each row that is not deleted, hidden or not: its updated_at in seconds. */
  newest(): ReadonlyMap<number, number> {
    return new Map(
      [...this.#versions].flatMap(([id, versions]) => {
        const { updatedAt = 0, gone = false } = versions.at(-1) ?? {};
        return gone ? [] : [[id, updatedAt] as const];
      }),
    );
  }

  visible(): Version[] {
    return [...this.#versions].flatMap(([id, versions]) => {
      const version = versions.findLast(({ visibleAt }) => visibleAt <= this.now);
      return version === undefined || version.gone ? [] : [{ id, at: version.updatedAt }];
    });
  }

  /** The deletions that an event tells of by now, with the time of each. */
  deletions(): readonly Version[] {
    return this.#deletions.filter(({ visibleAt }) => visibleAt <= this.now);
  }
}

/** What the API makes of a query. @throws RechargeError where it refuses it */
export type Answers = (table: Table, query: Query, path: string) => Pick<ApiResponse, 'body' | 'link'>;

/** One page of version 2021-11 (docs/recharge-api.md#cursors). */
export const byCursor: Answers = (table, query) => {
  const { rows, next } = page(table, query);
  return { body: bodyOf(rows, toText, { next_cursor: next ?? null }), link: undefined };
};

/**
 * One page of version 2021-01 (docs/recharge-api.md#page-numbers): whether by a cursor, by number or not at
 * all, a link leads on. Times are New York's.
 */
export function byLink(leads: 'cursor' | 'page' | 'none'): Answers {
  return (table, query) => {
    const { rows, next } = page(table, query);
    const { limit = 0, page: number = 1 } = query;
    const onwards = (more: Query) =>
      new URLSearchParams(Object.entries(more).map(([k, v]) => [k, String(v)]));
    const to =
      leads === 'cursor' && query['page'] === undefined
        ? onwards({ limit, cursor: next ?? '' })
        : onwards({ ...query, page: Number(number) + 1 });
    const link =
      next === undefined || leads === 'none' ? undefined : `<https://x/things?${to.toString()}>; rel="next"`;
    return { body: bodyOf(rows, toNewYorkText), link };
  };
}

/** An API that does not know these parameters, and ignores them. */
export function without(names: readonly string[], answers: Answers): Answers {
  return (table, query, path) => {
    const known = Object.entries(query).filter(([name]) => !names.includes(name));
    return answers(table, Object.fromEntries(known), path);
  };
}

/** One that refuses them. */
export function refusing(names: readonly string[], answers: Answers): Answers {
  return (table, query, path) => {
    if (names.some((name) => name in query)) throw new RechargeError('rejected', path, 'Unknown field.', 422);
    return answers(table, query, path);
  };
}

/** One whose cursors die, and whose answers do not say that more follows, now and then. */
export function lettingGo(random: (below: number) => number, answers: Answers): Answers {
  return (table, query, path) => {
    if (query['cursor'] !== undefined && random(6) === 0)
      throw new RechargeError('rejected', path, 'cursor: Invalid value', 422);
    const { body, link } = answers(table, query, path);
    if (random(6) > 0) return { body, link };
    return { body: { [path.slice(1)]: body[path.slice(1)] }, link: undefined };
  };
}

/** One whose events tell of what was deleted of these rows, by what they call such a row. */
export function withEvents(object_type: string, answers: Answers): Answers {
  return (table, query, path) => {
    if (path !== '/events') return answers(table, query, path);
    const from = seconds(query['created_at_min']) ?? Number.NaN;
    const due = table.deletions().filter(({ at }) => at >= from);
    const events = due.map(({ id, at }) => ({
      id: 1_000 + id,
      verb: 'deleted',
      object_type,
      object_id: id,
      created_at: toNewYorkText(at * 1000),
    }));
    return { body: { next_cursor: null, events }, link: undefined };
  };
}

/** Keyset on (updated_at, id), or on the falling id where nobody asks for an order, over what is visible now. */
function page(table: Table, query: Query): { rows: readonly Version[]; next: string | undefined } {
  const { limit, page: number = 1 } = query;
  const asked = typeof query['cursor'] === 'string' ? JSON.parse(query['cursor']) : query;
  const keyOf = ({ id, at }: Version) => (asked.sort_by === undefined ? [-id, id] : [at, id]);
  const min = seconds(asked.updated_at_min) ?? Number.NEGATIVE_INFINITY;
  const max = seconds(asked.updated_at_max) ?? Number.POSITIVE_INFINITY;
  const rows = table
    .visible()
    .filter(({ at }) => at >= min && at <= max)
    .filter((row) => asked.after === undefined || compare(keyOf(row), asked.after) > 0)
    .toSorted((a, b) => compare(keyOf(a), keyOf(b)));
  const from = (Number(number) - 1) * Number(limit);
  const found = rows.slice(from, from + Number(limit));
  const last = found.at(-1);
  if (last === undefined || from + found.length === rows.length) return { rows: found, next: undefined };
  return { rows: found, next: JSON.stringify({ ...asked, after: keyOf(last) }) };
}

function bodyOf(
  rows: readonly Version[],
  textOf: (instant: number) => string,
  envelope = {},
): ApiResponse['body'] {
  const things = rows.map(({ id, at }) => ({ id, at, updated_at: textOf(at * 1000) }));
  return { ...envelope, things };
}

function compare(a: readonly number[], b: readonly number[]): number {
  const differing = a.findIndex((one, index) => one !== b[index]);
  return differing === -1 ? 0 : (a[differing] ?? 0) - (b[differing] ?? 0);
}

function seconds(text: unknown): number | undefined {
  return typeof text === 'string' ? (parseUtc(text) ?? Number.NaN) / 1000 : undefined;
}
