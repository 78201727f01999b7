import { describe, expect, test } from 'vitest';
import { nastyTexts } from '../kit/nasty-texts.ts';
import type { Run } from '../../src/airbyte/testing/index.ts';
import { sharedStore, syncThrough } from './connection.ts';
import { summaryOf } from './expectations.ts';
import { type Answer, type Change } from './front.ts';

const sandbox = await sharedStore();

/** A sync of one stream whose only page is this text of JSON rows. */
async function syncOf(stream: string, rows: string): Promise<Run> {
  const body = `{"next_cursor":null,"previous_cursor":null,"${stream}":[${rows}]}`;
  const answer: Answer = { status: 200, headers: { 'content-type': 'application/json' }, body };
  const run = await syncThrough(sandbox, async () => answer, { streams: [stream] });
  expect([run.exitCode, run.errors()]).toEqual([0, []]);
  return run;
}

/** The text of the data of a stream's records, as they stand in stdout. */
const dataOf = (run: Run): string[] =>
  run.stdout.split('\n').flatMap((line) => /"data":(.*),"emitted_at":/.exec(line)?.[1] ?? []);
const changesOf = (run: Run) =>
  run.messages.flatMap((message) =>
    message.type === 'RECORD'
      ? (message.record.meta?.changes.map(({ field, change }) => [field, change]) ?? [])
      : [],
  );
const warnings = (run: Run) =>
  run.logs().filter((line) => line.startsWith('WARN') && !line.includes('without a saved state'));
const at = '"updated_at":"2026-01-01T00:00:00+00:00"';

test('numbers keep every digit, and what a text is made of has them too [OUT-06]', async () => {
  const rows = [
    `{"id":9007199254740993,${at}}`,
    `{"id":9223372036854775807,${at}}`,
    // Below the column, where a platform looks too.
    `{"id":1,"customer":{"id":9007199254740993},${at}}`,
    `{"id":2,"total_price":"38.00","discounts":[{"id":2,"value":10.50}],"note":5.0,${at}}`,
    `{"id":3,"ratio":0.10000000000000000000001,"tiny":0E-10,${at}}`,
  ];
  const run = await syncOf('charges', rows.join());
  expect(dataOf(run)).toEqual([
    ...rows.slice(0, 3),
    `{"id":2,"total_price":"38.00","discounts":[{"id":2,"value":"10.50"}],"note":"5.0",${at}}`,
    `{"id":3,${at},"_ab_additional_properties":{"ratio":0.10000000000000000000001,"tiny":0E-10}}`,
  ]);
  expect(changesOf(run)).toEqual([]);
});

test('texts never break a line: line ends of other languages, lone surrogates, NUL and the like [OUT-04, OUT-05]', async () => {
  const texts = nastyTexts.filter((text) => text.length < 1_000);
  const rows = texts.map((note, id) => JSON.stringify({ id: id + 1, note, tags: note }));
  const run = await syncOf('charges', rows.join());
  const notes = new Map(run.records('charges').map(({ id, note }) => [id, note]));
  expect(notes.size).toBe(texts.length);
  for (const [index, text] of texts.entries())
    expect(notes.get(index + 1)).toBe(text.toWellFormed().replaceAll('\0', ''));
  // The harness has cut the output as each reader would; nothing of it may stand raw.
  expect(run.stdout).not.toMatch(/[\u0085\u2028\u2029]/);
  expect(changesOf(run)).toEqual([
    ['note', 'TRUNCATED'],
    ['tags', 'TRUNCATED'],
  ]);
});

describe('a field that the schema does not know', () => {
  test('is kept beside at the top and stays where it is below, named once a stream and counted', async () => {
    const row = (id: number) =>
      `{"id":${id},"loyalty":{"tier":"gold","points":1e3},"line_items":[{"title":"a","eco":true},{"eco":false}],${at}}`;
    const run = await syncOf('charges', [row(1), row(2), row(3)].join());
    const out = (id: number) =>
      `{"id":${id},"line_items":[{"title":"a","eco":true},{"eco":false}],${at},"_ab_additional_properties":{"loyalty":{"tier":"gold","points":1e3}}}`;
    expect(dataOf(run)).toEqual([out(1), out(2), out(3)]);
    expect(warnings(run)).toEqual([
      expect.stringMatching(/^WARN charges: .* does not know: loyalty, object\. It is kept in/),
      expect.stringMatching(/^WARN charges: .* does not know: line_items\[\]\.eco, boolean\. It goes out as/),
    ]);
    expect(summaryOf(run, 'charges')).toContain(
      '; 9 values of 2 fields did not fit the schema or are unknown to it; ',
    );
  });

  test('is counted where its stream does not come to its end', async () => {
    const change: Change = async ({ query }) =>
      query.has('cursor')
        ? { status: 402, headers: {}, body: '{"errors":"Payment Required"}' }
        : {
            status: 200,
            headers: {},
            body: '{"next_cursor":"x","webhooks":[{"id":1,"loyal":1},{"id":2,"loyal":1}]}',
          };
    const run = await syncThrough(sandbox, change, { streams: ['webhooks'] });
    expect([run.exitCode, run.statuses('webhooks').at(-1)]).toEqual([1, 'INCOMPLETE']);
    expect(summaryOf(run, 'webhooks')).toContain('; 2 values of 1 field did not fit ');
  });

  test('is named where its name is one, and no value is: at most a hundred a stream', async () => {
    const fields = Array.from({ length: 120 }, (_, index) => `"f${index}":"secret"`).join();
    const run = await syncOf('charges', `{"id":1,"ann@example.com":"secret",${fields},${at}}`);
    expect(warnings(run)).toHaveLength(100);
    expect(summaryOf(run, 'charges')).toMatch(/; 100 values of 100 fields .* and 21 of fields beyond/);
    expect(run.logs().join()).not.toMatch(/secret|ann@/);
    expect(Object.keys(run.records('charges')[0]?.['_ab_additional_properties'] ?? {})).toHaveLength(121);
  });
});

test('what cannot fit its column is null and kept, the row goes out, and meta.changes says so [NEW-07]', async () => {
  const sent = '"orders_count":1.5,"scheduled_at":"2026-02-30","line_items":[{"quantity":1},{"quantity":""}]';
  const run = await syncOf('charges', `{"id":1,${sent},${at}},{"id":2,${at}}`);
  expect(dataOf(run)).toEqual([
    `{"id":1,"orders_count":null,"scheduled_at":null,"line_items":[{"quantity":1},{"quantity":null}],${at},"_ab_additional_properties":{"orders_count":1.5,"scheduled_at":"2026-02-30","line_items[1].quantity":""}}`,
    `{"id":2,${at}}`,
  ]);
  expect(changesOf(run)).toEqual(
    ['orders_count', 'scheduled_at', 'line_items.quantity'].map((field) => [field, 'NULLED']),
  );
});
