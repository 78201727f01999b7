import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import { readResponse } from './response.ts';
import { taken } from './packed-rows.ts';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

const rows = Array.from({ length: 250 }, (_, id) => ({
  id,
  email: `customer-${(id * 7_919) % 1_000}@example.com`,
  note: 'Grüße, 雪'.repeat(200),
}));

const reading = {
  parse: JSON.parse as (text: string) => unknown,
  notJson: () => 'is not valid JSON',
  redact: (text: string) => text,
};

function page() {
  const body = new TextEncoder().encode(JSON.stringify({ orders: rows }));
  const size = body.length;
  const answer = readResponse(
    { path: '/orders', key: 'orders' },
    { status: 200, headers: {}, body },
    reading,
    0,
  );
  if (!('body' in answer)) throw new Error('no answer');
  return { answer, size };
}

function held(): number {
  collectGarbage();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

it('pages that wait take a small part of the bytes they came in, and are whole when their turn comes', () => {
  const before = held();
  const pages = Array.from({ length: 40 }, page);
  for (const { answer } of pages) {
    // Who looks for a circle or an ignored filter has looked at them.
    expect([...(answer.rows ?? [])].length).toBeGreaterThan(0);
    answer.rows?.pack?.();
  }
  const size = pages.reduce((sum, one) => sum + one.size, 0);
  expect(held() - before).toBeLessThan(size / 4);
  for (const { answer } of pages) expect([...(answer.rows ?? [])]).toEqual(rows);
});

it('rows are the same objects for all who go through them, packed before or not, until they are taken', () => {
  for (const isPacked of [false, true]) {
    const all = page().answer.rows ?? [];
    if (isPacked) all.pack?.();
    const [first] = all;
    expect([...all][0]).toBe(first);
    expect([...taken(all)]).toEqual(rows);
    expect(() => [...all]).toThrow(/have been taken/);
  }
});

/** TypeScript's lib does not declare the context of a reviver yet. */
type Reviver = (key: string, value: unknown, context: { source?: string }) => unknown;
const { rawJSON } = JSON as typeof JSON & { readonly rawJSON: (text: string) => unknown };
const parseWithSource = JSON.parse as (text: string, reviver: Reviver) => unknown;

it('takes a number with digits of its own for no object', () => {
  const body = Buffer.from('{"orders":[{},1.0]}');
  const answer = readResponse(
    { path: '/orders', key: 'orders' },
    { status: 200, headers: {}, body },
    {
      ...reading,
      parse: (text: string) =>
        parseWithSource(text, (_, value, { source }) => (source === '1.0' ? rawJSON(source) : value)),
    },
    0,
  );
  expect(answer).not.toHaveProperty('rows');
});

it('keeps a list of anything but objects in the body, for whoever asked to judge', () => {
  const body = Buffer.from('{"orders":[{},1]}');
  const answer = readResponse(
    { path: '/orders', key: 'orders' },
    { status: 200, headers: {}, body },
    reading,
    0,
  );
  expect(answer).toMatchObject({ body: { orders: [{}, 1] } });
  expect(answer).not.toHaveProperty('rows');
});
