import type { OddField } from './fields.ts';
import type { StopReason } from './interview.ts';
import type { Age, Zone } from './times.ts';

/** What an answer showed of a question; a number is the HTTP status that refused it. */
export type Shown<Word extends string = never> = Word | 'not shown' | 'not asked' | number;

export interface Finding {
  readonly endpoint: string;
  readonly version: string;
  /** HTTP status of the list itself. */
  status: number | 'no answer' | 'not asked';
  /** How a page leads to the next. */
  pages: 'cursor' | 'Link' | 'neither' | 'not shown';
  /** What the first page's list is: whether as many rows as were asked for may come. */
  pageSize: Shown<'honoured' | 'ignored'>;
  /** Whether more follows a page with fewer rows than were asked for. */
  shortPage: 'more follows' | 'not shown';
  /** The next page, by its cursor or its Link. */
  nextPage: Shown<'brings other rows' | 'brings the same rows'>;
  /** What stands for the cursor where nothing follows. */
  end: 'null' | 'no key' | 'not shown';
  filter: Shown<'honoured' | 'ignored'>;
  /** Whether the row of that very second is among them. */
  from: Shown<'inclusive' | 'exclusive'>;
  to: Shown<'inclusive' | 'exclusive' | 'ignored'>;
  sort: Shown<'honoured' | 'ignored'>;
  readonly flags: Record<string, Shown<'shows hidden rows'>>;
  oldest: Age;
  zone: Zone;
  /** Names of the headers that its answers came with. */
  headers: readonly string[];
  /** Milliseconds of the slowest answer, to the next of a few steps. */
  latency: string;
  fields: readonly OddField[];
}

export function newFinding({
  name,
  version,
  flags,
}: {
  name: string;
  version: string;
  flags: readonly string[];
}): Finding {
  return {
    endpoint: name,
    version,
    status: 'not asked',
    pages: 'not shown',
    pageSize: 'not asked',
    shortPage: 'not shown',
    nextPage: 'not asked',
    end: 'not shown',
    filter: 'not asked',
    from: 'not asked',
    to: 'not asked',
    sort: 'not asked',
    flags: Object.fromEntries(flags.map((flag) => [flag, 'not asked' as const])),
    oldest: 'not shown',
    zone: 'not shown',
    headers: [],
    latency: 'not shown',
    fields: [],
  };
}

/** What is asked of no one list. */
export interface General {
  /** `/token_information`: whether it tells scopes, and where they stand. */
  scopes: Shown<'within token_information' | 'bare' | 'not told'>;
  /** What a bound without an offset is taken for. */
  naiveBound: Shown<'UTC' | 'another zone'>;
  /** `page` in version 2021-11. */
  pageNumbers: Shown<'taken' | 'ignored'>;
  /** Charges that were processed more than 90 days ago. */
  oldCharges: Shown<'served' | 'not served'>;
  /** Events of more than seven days ago. */
  oldEvents: Shown<'served' | 'not served'>;
  /** The name of the parameter in a `Link`; `*` where it is none of those that are known. */
  link: Shown<'page' | 'page_info' | 'cursor' | '*'>;
}

/** All that is reported: names, types and words, and no value of the store. */
export interface Report {
  readonly asked: number;
  readonly most: number;
  readonly stopped: StopReason;
  readonly general: General;
  readonly headers: readonly string[];
  readonly endpoints: readonly Finding[];
  readonly facts: readonly Verdict[];
}

export interface Verdict {
  /** A line of docs/recharge-api.md, and its heading. */
  readonly heading: string;
  readonly fact: string;
  readonly verdict: 'confirmed' | 'contradicted' | 'settled' | 'not shown' | 'not asked';
  /** What was found, by endpoint where it differs. */
  readonly found: readonly string[];
}

const steps = [100, 300, 1_000, 3_000, 10_000, 30_000, 60_000];

/** `up to 300 ms`, or how much slower. */
export function latencyOf(milliseconds: readonly number[]): string {
  const slowest = Math.max(...milliseconds);
  const step = steps.find((one) => slowest <= one);
  return step === undefined ? 'over 60 s' : step < 1_000 ? `up to ${step} ms` : `up to ${step / 1_000} s`;
}
