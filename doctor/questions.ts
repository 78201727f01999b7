import { isObject, type JsonObject } from '../src/airbyte/index.ts';
import { toText } from '../src/sync/instant.ts';
import type { Answer, Examined } from './examined.ts';
import type { General, Shown } from './findings.ts';
import type { Interview } from './interview.ts';
import { ageOf, timeOf, timesOf } from './times.ts';

const day = 24 * 3_600_000;
const fullPage = 250;

/** The status that refused it, or what `judge` says. */
function shown<Word extends string>(
  answer: Answer | undefined,
  judge: (rows: readonly JsonObject[]) => Shown<Word>,
): Shown<Word> {
  if (answer === undefined) return 'not asked';
  return answer.status ?? (answer.reply.status === undefined ? 'not shown' : judge(answer.rows));
}

/** The list itself: its status, and how a page leads on. */
export function readFirst({ first, finding, endpoint: { key, fields } }: Examined): void {
  if (first === undefined) return;
  const { status, body, link } = first.reply;
  finding.status = status ?? 'no answer';
  const isList = key !== undefined && !Object.hasOwn(fields, key) && Array.isArray(body?.[key]);
  if (body === undefined || !isList) return;
  const next = body['next_cursor'] ?? null;
  finding.pages = 'next_cursor' in body ? 'cursor' : linkIn(link) !== undefined ? 'Link' : 'neither';
  if (first.rows.length >= fullPage) return;
  const follows = next !== null || linkIn(link) !== undefined;
  finding.shortPage = follows ? 'more follows' : 'not shown';
  if (!follows && finding.pages !== 'Link') finding.end = 'next_cursor' in body ? 'null' : 'no key';
}

/** The query of the link to the next page. */
function linkIn(header: string | undefined): URLSearchParams | undefined {
  const [, target] = /<([^<>]*)>[^,]*rel="?next/i.exec(header ?? '') ?? [];
  return target === undefined ? undefined : URL.parse(target, 'http://localhost')?.searchParams;
}

/** A lower bound at the newest row: none that is clearly older may come. */
export async function askFilter(examined: Examined): Promise<void> {
  const { rows, finding, timeField } = examined;
  const timed = rows.flatMap((row) => {
    const time = timeOf(row, timeField);
    return time === undefined ? [] : [{ row, time }];
  });
  if (timed.length === 0) return;
  const newest = timed.reduce((a, b) => (a.time.first >= b.time.first ? a : b));
  const { first, isNaive } = newest.time;
  const earliest = first - (isNaive ? day : 0);
  if (!timed.some(({ time }) => time.last < earliest)) {
    finding.filter = 'not shown';
    return;
  }
  const answer = await examined.with({ [`${timeField}_min`]: toText(first) });
  finding.filter = shown(answer, (found) =>
    timesOf(found, timeField).some(({ last }) => last < earliest) ? 'ignored' : 'honoured',
  );
  if (finding.filter === 'honoured' && !isNaive)
    finding.from = has(answer, newest.row) ? 'inclusive' : 'exclusive';
}

/** Both bounds at one row's second: that row and no other second's may come. */
export async function askBounds(examined: Examined): Promise<void> {
  const { rows, finding, timeField } = examined;
  if (finding.filter !== 'honoured' || finding.from !== 'inclusive') return;
  const oldest = rows.findLast((row) => timeOf(row, timeField)?.isNaive === false);
  const time = oldest && timeOf(oldest, timeField);
  if (oldest === undefined || time === undefined) return;
  const at = toText(time.first);
  const answer = await examined.with({ [`${timeField}_min`]: at, [`${timeField}_max`]: at });
  finding.to = shown(answer, (found) => {
    if (timesOf(found, timeField).some(({ first }) => toText(first) !== at)) return 'ignored';
    return has(answer, oldest) ? 'inclusive' : 'exclusive';
  });
}

export async function askSort(examined: Examined): Promise<void> {
  const { rows, finding, timeField } = examined;
  if (rows.length < 2) return;
  const answer = await examined.with({ sort_by: `${timeField}-asc` });
  finding.sort = shown(answer, (found) => {
    const isSorted = rises(found, timeField);
    return isSorted === undefined || (isSorted && rises(rows, timeField) !== false)
      ? 'not shown'
      : isSorted
        ? 'honoured'
        : 'ignored';
  });
}

/** Undefined where all are of one moment. */
function rises(rows: readonly JsonObject[], field: string): boolean | undefined {
  const times = timesOf(rows, field).map(({ first }) => first);
  if (new Set(times).size < 2) return undefined;
  return times.every((time, index) => index === 0 || (times[index - 1] ?? 0) <= time);
}

export async function askFlags(examined: Examined): Promise<void> {
  const { rows, finding, endpoint } = examined;
  for (const flag of endpoint.flags) {
    const word = flag.replace('include_', '');
    const isHidden = (row: JsonObject) =>
      (row[`${word}_at`] ?? null) !== null || row[`is_${word}`] === true || row['status'] === word;
    const answer = await examined.with({ [flag]: 'true' });
    finding.flags[flag] = shown(answer, (found) =>
      found.some(isHidden) && !rows.some(isHidden) ? 'shows hidden rows' : 'not shown',
    );
  }
}

export async function askNextPage(examined: Examined): Promise<void> {
  const { first, finding, rows } = examined;
  const cursor = first?.reply.body?.['next_cursor'];
  const link = linkIn(first?.reply.link);
  const query = typeof cursor === 'string' ? { cursor, limit: fullPage } : link && Object.fromEntries(link);
  if (query === undefined) {
    if (first !== undefined) finding.nextPage = 'not shown';
    return;
  }
  const answer = await examined.ask(query);
  finding.nextPage = shown(answer, (found) =>
    found.length > 0 && rows[0] !== undefined && has(answer, rows[0])
      ? 'brings the same rows'
      : 'brings other rows',
  );
}

export async function askPageSize(examined: Examined): Promise<void> {
  const { rows, finding } = examined;
  if (rows.length < 2) return;
  const answer = await examined.with({ limit: 1 });
  finding.pageSize = shown(answer, (found) => (found.length === 1 ? 'honoured' : 'ignored'));
}

export async function askScopes(interview: Interview): Promise<General['scopes']> {
  const reply = await interview.ask({ path: '/token_information', version: '2021-11' });
  if (reply === undefined) return 'not asked';
  const { status, body } = reply;
  if (status === undefined || body === undefined) return 'not shown';
  if (status < 200 || status > 299) return status;
  const within = body['token_information'];
  if (isObject(within) && Array.isArray(within['scopes'])) return 'within token_information';
  return Array.isArray(body['scopes']) ? 'bare' : 'not told';
}

/** @param now milliseconds since the epoch */
export async function askOldCharges(charges: Examined, now: number): Promise<General['oldCharges']> {
  const answer = await charges.with({ status: 'success', sort_by: 'updated_at-asc' });
  return shown(answer, (found) => {
    const age = ageOf(timesOf(found, 'processed_at'), now);
    return age === 'older than 90 days' ? 'served' : age === 'not shown' ? age : 'not served';
  });
}

/** @param now milliseconds since the epoch */
export async function askOldEvents(events: Examined, now: number): Promise<General['oldEvents']> {
  const answer = await events.with({ created_at_min: toText(now - 9 * day) });
  return shown(answer, (found) =>
    // Whose clock it is may not be known.
    timesOf(found, 'created_at').some(({ last }) => last < now - 8 * day) ? 'served' : 'not shown',
  );
}

/** The bound of `askFilter` again, as the clock of UTC and without an offset. */
export async function askNaiveBound(examined: Examined): Promise<General['naiveBound']> {
  const { rows, finding, timeField } = examined;
  if (finding.from !== 'inclusive') return 'not asked';
  const [newest] = rows.toSorted(
    (a, b) => (timeOf(b, timeField)?.first ?? 0) - (timeOf(a, timeField)?.first ?? 0),
  );
  const time = newest && timeOf(newest, timeField);
  if (newest === undefined || time === undefined) return 'not shown';
  const answer = await examined.with({ [`${timeField}_min`]: toText(time.first).slice(0, 19) });
  return shown(answer, (found) =>
    has(answer, newest) && !timesOf(found, timeField).some(({ first }) => first < time.first)
      ? 'UTC'
      : 'another zone',
  );
}

export async function askPageNumbers(examined: Examined): Promise<General['pageNumbers']> {
  const [first] = examined.rows;
  if (first === undefined) return 'not shown';
  const answer = await examined.with({ page: 2 });
  return shown(answer, () => (has(answer, first) ? 'ignored' : 'taken'));
}

const linkParameters = ['page', 'page_info', 'cursor'] as const;

/** What the first Link of a list leads by. */
export function linkParameter(lists: readonly Examined[]): General['link'] {
  const links = lists.flatMap(({ first }) => linkIn(first?.reply.link) ?? []);
  const [link] = links;
  if (link === undefined) return 'not shown';
  return linkParameters.find((name) => link.has(name)) ?? '*';
}

/** Whether this row is in an answer, by its id. */
function has(answer: Answer | undefined, { id }: JsonObject): boolean {
  return answer?.rows.some((row) => JSON.stringify(row['id']) === JSON.stringify(id)) ?? false;
}
