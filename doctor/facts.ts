import type { Finding, Report, Verdict } from './findings.ts';

type Findings = Pick<Report, 'general' | 'endpoints' | 'headers'>;

/** A line of docs/recharge-api.md, and what of the findings bears on it. */
interface Fact {
  readonly heading: string;
  readonly fact: string;
  /** What was found, by endpoint where it is of endpoints. */
  readonly found: (findings: Findings) => readonly Found[];
  /** The words that confirm it; absent for a line that leaves open what it is. */
  readonly expected?: (word: Found['word']) => boolean;
}

interface Found {
  readonly endpoint?: string;
  readonly word: string | number;
}

/** One word of each of these endpoints. */
function of(names: readonly string[], word: (finding: Finding) => Found['word']): Fact['found'] {
  return ({ endpoints }) =>
    endpoints
      .filter(({ endpoint }) => names.includes(endpoint))
      .map((finding) => ({ endpoint: finding.endpoint, word: word(finding) }));
}

/** One word of every endpoint of which there is one. */
function ofAll(word: (finding: Finding) => Found['word'] | undefined): Fact['found'] {
  return ({ endpoints }) =>
    endpoints.flatMap((finding) => {
      const found = word(finding);
      return found === undefined ? [] : [{ endpoint: finding.endpoint, word: found }];
    });
}

const general =
  (word: keyof Findings['general']): Fact['found'] =>
  (findings) => [{ word: findings.general[word] }];
const header =
  (name: string): Fact['found'] =>
  ({ headers }) => [
    { word: headers.length === 0 ? 'not asked' : headers.includes(name) ? 'sent' : 'not sent' },
  ];
const is =
  (...words: readonly Found['word'][]) =>
  (word: Found['word']) =>
    words.includes(word);
const isNew = (finding: Finding) => finding.version === '2021-11';
const sorting = [
  'addresses',
  'charges',
  'customers',
  'discounts',
  'onetimes',
  'orders',
  'plans',
  'subscriptions',
];
const paths = (...names: readonly string[]) => names.map((name) => `/${name}`);

const facts: readonly Fact[] = [
  {
    heading: 'Token information',
    fact: "Its fields stand inside of the key `token_information`; one client's code hints that they may stand bare. (other loader)",
    found: general('scopes'),
    expected: is('within token_information'),
  },
  {
    heading: 'Versions',
    fact: '`/products` of 2021-01 was announced to end on 30 June 2025; whether it still answers is not known. (documented)',
    found: of(paths('products'), ({ status }) => status),
  },
  {
    heading: 'Rate limit headers',
    fact: '`X-Recharge-Limit: 1/40` tells how full the bucket is, and its size. (seen)',
    found: header('x-recharge-limit'),
    expected: is('sent'),
  },
  {
    heading: 'Rate limit headers',
    fact: 'No recorded answer has a `Retry-After`, whatever its status. (seen)',
    found: header('retry-after'),
    expected: is('not sent'),
  },
  {
    heading: 'Page size',
    fact: 'A page has 50 rows unless `limit` asks for another number, and at most 250. (documented)',
    found: ofAll(({ pageSize }) => pageSize),
    expected: is('honoured'),
  },
  {
    heading: 'Order',
    fact: '`sort_by=updated_at-asc` is taken for addresses, charges, customers, discounts, onetimes, orders, plans and subscriptions. (other loader)',
    found: of(paths(...sorting), ({ sort }) => sort),
    expected: is('honoured'),
  },
  {
    heading: 'Order',
    fact: 'Payment methods and the products of 2021-11 take no `sort_by`, and nobody sends one for events. (documented, other loader)',
    found: of(paths('payment_methods'), ({ sort }) => sort),
    expected: (word) => word !== 'honoured',
  },
  {
    heading: 'Envelopes',
    fact: '2021-11 sends `next_cursor`, `previous_cursor` and the list, in that order. (seen)',
    found: ofAll((finding) => (isNew(finding) ? finding.pages : undefined)),
    expected: is('cursor'),
  },
  {
    heading: 'Envelopes',
    fact: 'A cursor is null at the ends of the list; by the documentation its key is absent there. (seen, documented)',
    found: ofAll((finding) => (isNew(finding) && finding.status === 200 ? finding.end : undefined)),
    expected: is('null'),
  },
  {
    heading: 'Envelopes',
    fact: '2021-01 sends the list alone, and the way to the next page in a `Link` header with `rel="next"`. (documented)',
    found: ofAll((finding) => (isNew(finding) || finding.pages === 'not shown' ? undefined : finding.pages)),
    expected: is('Link'),
  },
  {
    heading: 'Envelopes',
    fact: 'What parameter that link carries is not known, so it is followed as it stands. (other loader)',
    found: general('link'),
  },
  {
    heading: 'Page numbers',
    fact: '2021-11 still takes `page`, though it is deprecated. (other loader)',
    found: general('pageNumbers'),
    expected: is('taken'),
  },
  {
    heading: 'Filters',
    fact: 'Bundle selections, credit accounts and credit adjustments are sent `updated_at_min`; whether it is honoured is not proven. (other loader)',
    found: of(paths('bundle_selections', 'credit_accounts', 'credit_adjustments'), ({ filter }) => filter),
  },
  {
    heading: 'Filters',
    fact: 'Collections and payment methods are sent it too, and may ignore it. (other loader)',
    found: of(paths('collections', 'payment_methods'), ({ filter }) => filter),
  },
  {
    heading: 'Filters',
    fact: '`/metafields` and the products of 2021-11 take no filter by time. (documented, other loader)',
    found: of(paths('metafields'), ({ filter }) => filter),
    expected: (word) => word !== 'honoured',
  },
  {
    heading: 'Date filters',
    fact: '`updated_at_min` is inclusive. (other loader)',
    found: ofAll(({ endpoint, from }) => (endpoint === '/events' ? undefined : from)),
    expected: is('inclusive'),
  },
  {
    heading: 'Date filters',
    fact: 'Whether `updated_at_max` is inclusive is not known. (inferred)',
    found: ofAll(({ endpoint, to }) => (endpoint === '/events' ? undefined : to)),
  },
  {
    heading: 'Date filters',
    fact: 'A value without an offset is read in a zone that is not known for certain. (other loader)',
    found: general('naiveBound'),
  },
  {
    heading: 'Old charges',
    fact: 'Since March 2025 a charge with the status `success`, `refunded` or `partially_refunded` and a `processed_at` more than 90 days ago is served no more, in both versions. (documented)',
    found: general('oldCharges'),
    expected: is('not served'),
  },
  {
    heading: 'Hidden rows',
    fact: 'A cancelled onetime is listed with `include_cancelled=true` alone. (documented)',
    found: of(paths('onetimes'), ({ flags }) => flags['include_cancelled'] ?? 'not asked'),
    expected: is('shows hidden rows'),
  },
  {
    heading: 'Hidden rows',
    fact: 'A deleted payment method is listed with `include_deleted=true` alone, and has `deleted_at` then. (documented)',
    found: of(paths('payment_methods'), ({ flags }) => flags['include_deleted'] ?? 'not asked'),
    expected: is('shows hidden rows'),
  },
  {
    heading: 'Hidden rows',
    fact: '`/memberships` hides rows without `include_cancelled` and `include_deleted`, `/membership_programs` without `include_deleted`. (documented)',
    found: ({ endpoints }) =>
      endpoints
        .filter(({ endpoint }) => paths('memberships', 'membership_programs').includes(endpoint))
        .flatMap(({ endpoint, flags }) =>
          Object.entries(flags).map(([flag, word]) => ({ endpoint: `${endpoint}?${flag}`, word })),
        ),
    expected: is('shows hidden rows'),
  },
  {
    heading: 'Events',
    fact: 'An earlier `created_at_min` is answered by 422 `created_at_min must be less than 7 days ago`. (other loader)',
    found: general('oldEvents'),
    expected: is(422),
  },
  {
    heading: 'Times',
    fact: '2021-11 writes most times as `2024-01-31T00:00:00+00:00`. (seen)',
    found: ofAll((finding) =>
      isNew(finding) && !/metafields|events/.test(finding.endpoint) ? finding.zone : undefined,
    ),
    expected: is('with offset'),
  },
  {
    heading: 'Times',
    fact: '2021-01 writes the wall clock of New York, without an offset. (seen)',
    found: ofAll((finding) => (isNew(finding) || finding.endpoint === '/shop' ? undefined : finding.zone)),
    expected: is('New York'),
  },
  {
    heading: 'Times',
    fact: 'Metafields carry no offset in 2021-11 either; whose clock they show is not known. (seen)',
    found: of(paths('metafields'), ({ zone }) => zone),
  },
  {
    heading: 'Times',
    fact: 'Events carry no offset either. (other loader)',
    found: of(paths('events'), ({ zone }) =>
      zone === 'UTC' || zone === 'New York' || zone === 'unknown' ? 'no offset' : zone,
    ),
    expected: is('no offset'),
  },
];

const unseen = is('not shown', 'not asked', 'unknown', 'no answer');

/** What the findings say of each line that they bear on. */
export function verdictsOf(findings: Findings): readonly Verdict[] {
  return facts.map(({ heading, fact, found, expected }) => {
    const all = found(findings);
    const seen = all.filter(({ word }) => !unseen(word));
    return { heading, fact, verdict: verdictOf(all, seen, expected), found: inWords(seen) };
  });
}

function verdictOf(
  all: readonly Found[],
  seen: readonly Found[],
  expected: Fact['expected'],
): Verdict['verdict'] {
  if (seen.length === 0) return all.some(({ word }) => word !== 'not asked') ? 'not shown' : 'not asked';
  if (expected === undefined) return 'settled';
  return seen.every(({ word }) => expected(word)) ? 'confirmed' : 'contradicted';
}

/** `honoured: /orders, /plans`. */
function inWords(seen: readonly Found[]): readonly string[] {
  return [...Map.groupBy(seen, ({ word }) => word)].map(([word, group]) => {
    const names = group.flatMap(({ endpoint }) => endpoint ?? []);
    return names.length === 0 ? `${word}` : `${word}: ${names.join(', ')}`;
  });
}
