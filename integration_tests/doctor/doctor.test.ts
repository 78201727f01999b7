import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Finding, Report } from '../../doctor/findings.ts';
import { ALL_SCOPES } from '../../sandbox/api/endpoints.ts';
import { type Sandbox, type SandboxOptions, startSandbox } from '../../sandbox/index.ts';
import { configFor, openStore, quickToken } from '../streams/connection.ts';
import { reportOf, runDoctor } from './run-doctor.ts';

const rules = <Rule>(rule: Rule) => ({
  collections: rule,
  bundle_selections: rule,
  credit_adjustments: rule,
  payment_methods: rule,
});

/** Stores that behave one way, another way, and refuse, on each doubt that a sandbox has a switch for. */
const worlds: Readonly<Record<string, SandboxOptions>> = {
  'one way': {
    timeFilters: rules('honour'),
    timeSorts: rules('honour'),
    linkStyle: 'page',
    pageRule: 'off',
    naiveTimes: 'eastern',
    naiveZone: 'UTC',
    chargeWindowDays: 90,
  },
  'the other way': {
    timeFilters: rules('ignore'),
    timeSorts: rules('ignore'),
    linkStyle: 'page_info',
    naiveTimes: 'utc',
    naiveZone: 'America/New_York',
    chargeWindowDays: null,
    flatTokenInformation: true,
    unknownKeys: true,
    sparsePages: true,
  },
  'with refusals': {
    timeFilters: rules('refuse'),
    timeSorts: rules('refuse'),
    linkStyle: 'none',
    unknownParameters: 'refuse',
    scopes: ALL_SCOPES.filter((scope) => scope !== 'read_discounts'),
  },
};

const each = (word: unknown) => [word, word, word];

/** What each of them shows, in the order of the worlds. */
const shown: readonly (readonly [
  what: string,
  of: (report: Report) => unknown,
  expected: readonly unknown[],
])[] = [
  ...(['/bundle_selections', '/credit_adjustments', '/payment_methods'] as const).map(
    (name) => [`the filter of ${name}`, of(name, 'filter'), ['honoured', 'ignored', 422]] as const,
  ),
  ['the filter of /orders', of('/orders', 'filter'), ['honoured', 'honoured', 'honoured']],
  ['its lower bound', of('/orders', 'from'), ['inclusive', 'inclusive', 'inclusive']],
  ['its upper bound', of('/orders', 'to'), ['inclusive', 'inclusive', 'inclusive']],
  ['the sort of /orders', of('/orders', 'sort'), ['honoured', 'honoured', 'honoured']],
  ['the sort of /collections', of('/collections', 'sort'), ['honoured', 'ignored', 422]],
  ['the page size of /orders', of('/orders', 'pageSize'), ['honoured', 'honoured', 'honoured']],
  ['short pages of /memberships', of('/memberships', 'shortPage'), ['not shown', 'not shown', 'not shown']],
  ['the pages of /products', of('/products', 'pages'), ['Link', 'Link', 'neither']],
  ['the pages of /orders', of('/orders', 'pages'), ['cursor', 'cursor', 'cursor']],
  ['the next page of /orders', of('/orders', 'nextPage'), each('brings other rows')],
  [
    'the next page of /products',
    of('/products', 'nextPage'),
    ['brings other rows', 'brings other rows', 'not shown'],
  ],
  ['the end of /accounts', of('/accounts', 'end'), ['null', 'null', 'null']],
  ['the status of /discounts', of('/discounts', 'status'), [200, 200, 403]],
  ['the age of /orders', of('/orders', 'oldest'), each('older than 90 days')],
  ['the age of /events', of('/events', 'oldest'), each('within 7 days')],
  ['the zone of /events', of('/events', 'zone'), ['New York', 'UTC', 'New York']],
  ['the zone of /orders', of('/orders', 'zone'), each('with offset')],
  // They may be fresh or not.
  [
    'no wrong zone of /metafields',
    ({ endpoints }) => find(endpoints, '/metafields').zone.replace('unknown', ''),
    ['New York', 'UTC', 'New York'].map((zone) => expect.stringMatching(`^(${zone})?$`)),
  ],
  [
    'hidden memberships',
    ({ endpoints }) => find(endpoints, '/memberships').flags,
    each({ include_cancelled: 'shows hidden rows', include_deleted: 'shows hidden rows' }),
  ],
  [
    'hidden onetimes',
    ({ endpoints }) => find(endpoints, '/onetimes').flags,
    each({ include_cancelled: 'shows hidden rows' }),
  ],
  ['the link', ({ general }) => general.link, ['page', 'page_info', 'not shown']],
  [
    'the scopes',
    ({ general }) => general.scopes,
    ['within token_information', 'bare', 'within token_information'],
  ],
  ['a bound without an offset', ({ general }) => general.naiveBound, ['UTC', 'another zone', 'UTC']],
  ['page numbers', ({ general }) => general.pageNumbers, ['taken', 'taken', 'taken']],
  ['old charges', ({ general }) => general.oldCharges, ['not served', 'served', 'not served']],
  ['old events', ({ general }) => general.oldEvents, [422, 422, 422]],
  [
    'fields that are unknown',
    ({ endpoints }) => find(endpoints, '/orders').fields.length > 0,
    [false, true, false],
  ],
];

function find(endpoints: readonly Finding[], name: string): Finding {
  const found = endpoints.find(({ endpoint }) => endpoint === name);
  if (found === undefined) throw new Error(`nothing of ${name}`);
  return found;
}

function of(name: string, field: keyof Finding): (report: Report) => unknown {
  return ({ endpoints }) => find(endpoints, name)[field];
}

const verdictOf = ({ facts }: Report, words: string) =>
  facts.find(({ fact }) => fact.includes(words))?.verdict;

describe('what a store shows, whichever way it behaves', async () => {
  const reports = await Promise.all(
    Object.values(worlds).map(async (options) => {
      const tenMinutesAgo = new Date(Date.now() - 600_000);
      const sandbox = await startSandbox({ token: quickToken, now: tenMinutesAgo, ...options });
      // Events of these minutes, at different times.
      for (const { id } of sandbox.served('/customers').slice(0, 5)) {
        sandbox.update('customers', Number(id));
        sandbox.advance(100_000);
      }
      const report = await reportOf(configFor(sandbox));
      await sandbox.close();
      return { report, sandbox };
    }),
  );

  test.each(shown)('%s', (_what, of_, expected) => {
    expect(reports.map(({ report }) => of_(report))).toEqual(expected);
  });

  test('what that says of the documentation', () => {
    const verdicts = (words: string) => reports.map(({ report }) => verdictOf(report, words));
    expect(verdicts('more than 90 days ago is served no more')).toEqual([
      'confirmed',
      'contradicted',
      'confirmed',
    ]);
    expect(verdicts('may stand bare')).toEqual(['confirmed', 'contradicted', 'confirmed']);
    expect(verdicts('whether it is honoured is not proven')).toEqual(['settled', 'settled', 'settled']);
    expect(verdicts('What parameter that link carries')).toEqual(['settled', 'settled', 'not shown']);
  });

  test('at most 120 GETs, one after the other', () => {
    for (const { sandbox, report } of reports) {
      expect(sandbox.requests.length).toBe(report.asked);
      expect(report.asked).toBeLessThanOrEqual(120);
      expect(new Set(sandbox.requests.map(({ method }) => method))).toEqual(new Set(['GET']));
      for (const [index, { at }] of sandbox.requests.entries()) {
        const before = sandbox.requests[index - 1];
        if (before !== undefined)
          expect(Number(at)).toBeGreaterThanOrEqual(Number(before.at) + Math.floor(before.ms) - 2);
      }
    }
  });
});

describe('it stops at once', () => {
  const html = '<!doctype html><title>Just a moment…</title>';
  test.each<[string, string, (sandbox: Sandbox) => void]>([
    ['at a 401', '401', (sandbox) => sandbox.answerNext({ status: 401 }, 100, '/addresses')],
    ['at a 429', '429', (sandbox) => sandbox.answerNext({ status: 429 }, 100, '/addresses')],
    [
      'at a gateway',
      'gateway',
      (sandbox) => sandbox.answerNext({ status: 403, body: html }, 100, '/addresses'),
    ],
    [
      'at a check for robots',
      'gateway',
      (sandbox) =>
        sandbox.answerNext({ status: 403, headers: { 'cf-mitigated': 'challenge' } }, 100, '/addresses'),
    ],
  ])('%s', async (_name, stopped, spoil) => {
    const sandbox = await openStore();
    spoil(sandbox);
    const report = await reportOf(configFor(sandbox));
    expect([report.stopped, report.asked]).toEqual([stopped, 3]);
    expect(sandbox.requests.at(-1)?.path).toBe('/addresses');
    expect(find(report.endpoints, '/orders')).toMatchObject({ status: 'not asked', filter: 'not asked' });
    expect(find(report.endpoints, '/customers').status).toBe(200);
  });

  test('where nobody is there', async () => {
    const sandbox = await startSandbox({ token: quickToken });
    await sandbox.close();
    const { exitCode, stdout } = await runDoctor(configFor(sandbox));
    expect([exitCode, stdout]).toEqual([
      1,
      expect.stringContaining('3 of at most 120 requests; Recharge could not be reached'),
    ]);
  });
});

describe('what it writes', () => {
  test('nothing but to stdout; with --out a file that its owner alone may read, and nothing to stdout', async () => {
    const sandbox = await openStore();
    sandbox.answerNext({ status: 401 }, 100, '/addresses');
    const folder = await mkdtemp(join(tmpdir(), 'doctor-'));
    for (const [file, args] of [
      ['new.json', ['--json']],
      ['old.txt', []],
    ] as const) {
      const path = join(folder, file);
      if (file === 'old.txt') await writeFile(path, 'x'.repeat(100_000), { mode: 0o644 });
      const { exitCode, stdout, stderr } = await runDoctor(configFor(sandbox), [...args, '--out', path]);
      expect([exitCode, stdout, stderr]).toEqual([0, '', '']);
      expect((await stat(path)).mode & 0o777).toBe(0o600);
      expect(await readFile(path, 'utf8')).toMatch(
        file === 'old.txt' ? /^3 of at most 120/ : /^\{\n {2}"asked": 3,/,
      );
    }
    await rm(folder, { recursive: true });
  });

  test.each<[string, object | undefined, readonly string[], number, RegExp]>([
    ['no --config', undefined, [], 2, /^--config FILE is missing\n\nAsks a Recharge store/],
    ['an unknown flag', {}, ['--most', '1000'], 2, /^Unknown option '--most'/],
    [
      'no such file',
      undefined,
      ['--config', '/nowhere.json'],
      1,
      /^Cannot read the configuration file \/nowhere.json: there is no such file\.\n$/,
    ],
    [
      'an incomplete configuration',
      { access_token: 'sesame' },
      [],
      1,
      /^Config validation error: start_date: is missing\.\n$/,
    ],
    ['a list', [], [], 1, /^The configuration must be a JSON object\.\n$/],
  ])('%s: a sentence on stderr', async (_name, config, args, code, words) => {
    const { exitCode, stdout, stderr } = await runDoctor(config, args);
    expect([exitCode, stdout, stderr]).toEqual([code, '', expect.stringMatching(words)]);
  });
});
