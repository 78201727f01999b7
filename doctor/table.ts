import type { Finding, Report } from './findings.ts';

const columns: readonly (readonly [title: string, of: (finding: Finding) => string | number])[] = [
  ['list', ({ endpoint }) => endpoint],
  ['status', ({ status }) => status],
  ['pages', ({ pages }) => pages],
  ['end', ({ end }) => end],
  ['next page', ({ nextPage }) => nextPage],
  [
    'page size',
    ({ pageSize, shortPage }) => (shortPage === 'not shown' ? pageSize : `${pageSize}, short pages`),
  ],
  ['filter', ({ filter }) => filter],
  ['from', ({ from }) => from],
  ['to', ({ to }) => to],
  ['sort', ({ sort }) => sort],
  ['oldest', ({ oldest }) => oldest],
  ['zone', ({ zone }) => zone],
  ['latency', ({ latency }) => latency],
];

const shortened: Readonly<Record<string, string>> = { 'not shown': '-', 'not asked': '?' };

const endings: Readonly<Record<Report['stopped'], string>> = {
  done: 'all that could be asked was',
  limit: 'the number of requests was used up',
  '401': 'Recharge does not accept the token (401)',
  '429': 'Recharge asked for a pause (429)',
  gateway: 'a gateway before Recharge blocks the requests',
  unreachable: 'Recharge could not be reached',
  'full bucket': 'other programs fill the bucket of the token',
};

/** The report for people. */
export function tableOf(report: Report): string {
  const { asked, most, stopped, general, headers, endpoints, facts } = report;
  const flags = endpoints.flatMap(({ endpoint, flags: own }) =>
    Object.entries(own).map(([flag, word]) => [`${endpoint}?${flag}`, String(word)]),
  );
  const fields = endpoints.flatMap(({ endpoint, fields: own }) =>
    own.map(({ path, sent, declared }) => [endpoint, path, sent.join(', '), declared ?? 'not declared']),
  );
  const sections = [
    `${asked} of at most ${most} requests; ${endings[stopped]}. "-": the store did not show it. "?": it was not asked.`,
    grid([
      columns.map(([title]) => title),
      ...endpoints.map((finding) => columns.map(([, of]) => cell(of(finding)))),
    ]),
    titled('Flags', grid(flags)),
    titled('Beside the lists', grid(Object.entries(general).map(([name, word]) => [name, String(word)]))),
    titled('Headers', headers.join(', ') || 'none'),
    titled('Fields that are not declared, or do not fit', fields.length === 0 ? 'none' : grid(fields)),
    titled(
      'What this says of docs/recharge-api.md',
      facts
        .map(({ heading, fact, verdict, found }) =>
          [`${verdict}: ${fact} [${heading}]`, ...found.map((one) => `    ${one}`)].join('\n'),
        )
        .join('\n'),
    ),
  ];
  return `${sections.join('\n\n')}\n`;
}

function titled(title: string, text: string): string {
  return `${title}\n${text}`;
}

function cell(value: string | number): string {
  return shortened[value] ?? String(value);
}

function grid(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, index) => Math.max(...rows.map((row) => row[index]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((text, index) => text.padEnd(widths[index] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
