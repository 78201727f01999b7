import { describe, expect, test } from 'vitest';
import { type Sandbox, type SandboxOptions } from '../../sandbox/index.ts';
import { configFor, openStore, sharedStore, sync, syncThrough } from './connection.ts';
import { expectRows, rowsOf, type StreamName } from './expectations.ts';
import type { Answer, Change } from './front.ts';
import { impatient } from './impatience.ts';

const small = await sharedStore();

/** A sync of one of these streams alone is complete, and has every row. */
async function expectWhole(sandbox: Sandbox, stream: StreamName, change: Change = (_, pass) => pass()) {
  const run = await syncThrough(sandbox, change, { streams: [stream] });
  expect([run.exitCode, run.errors()]).toEqual([0, []]);
  expectRows(run.records(stream), rowsOf(sandbox, stream));
  return run;
}
const pathsOf = (sandbox: Sandbox, pattern: RegExp) =>
  sandbox.requests.filter(({ path }) => pattern.test(path)).length;
const notFound: Answer = { status: 404, headers: {}, body: '{"errors":"Not Found"}' };

/** Answers for one delivery schedule with another body. */
const scheduled =
  (bodyOf: (body: string) => string): Change =>
  async ({ path }, pass) => {
    const answer = await pass();
    return path.endsWith('/delivery_schedule') ? { ...answer, body: bodyOf(answer.body) } : answer;
  };

describe('collection_products: one listing a collection', () => {
  test('every product of every collection, page by page', async () => {
    const sandbox = await openStore({ size: { collections: 3, collection_products: 1_600, products: 600 } });
    const run = await expectWhole(sandbox, 'collection_products');
    const rows = sandbox
      .served('/collections')
      .map(({ id }) => sandbox.served(`/collection_products?collection_id=${String(Number(id))}`).length);
    expect(Math.max(...rows)).toBeGreaterThan(250);
    const pages = rows.reduce((sum, count) => sum + Math.max(1, Math.ceil(count / 250)), 0);
    expect(pathsOf(sandbox, /^.collection_products$/)).toBe(pages);
    expect(run.lastState('collection_products')).toEqual({ __ab_no_cursor_state_message: true });
  });

  test('more collections than a page holds', async () => {
    const sandbox = await openStore({ size: { collections: 270, collection_products: 900 } });
    await expectWhole(sandbox, 'collection_products');
    expect(pathsOf(sandbox, /^.collection_products$/)).toBe(270);
  });

  test('a collection that is deleted between its pages ends there', async () => {
    const gone = new Set<string>();
    await expectWhole(small, 'collection_products', async ({ path, query }, pass) => {
      const collection = query.get('collection_id') ?? '';
      const cursor = query.get('cursor');
      if (cursor?.startsWith('gone')) gone.add(cursor.slice(4));
      if (cursor !== null || gone.has(collection)) return notFound;
      const answer = await pass();
      if (path !== '/collection_products') return answer;
      const body = { ...(JSON.parse(answer.body) as object), next_cursor: `gone${collection}` };
      return { ...answer, body: JSON.stringify(body) };
    });
  });
});

describe('delivery_schedules: one request a customer with an active subscription', () => {
  const stream = 'delivery_schedules';

  test('each of them, with the id at the top, and no customer more', async () => {
    const sandbox = await openStore({ size: { customers: 400, subscriptions: 300, charges: 900 } });
    const run = await expectWhole(sandbox, stream);
    expect(run.records(stream).length).toBeGreaterThan(50);
    expect(pathsOf(sandbox, /^.customers.\d+.delivery_schedule$/)).toBe(run.records(stream).length);
    expect(pathsOf(sandbox, /^.customers$/)).toBe(2);
  });

  test('the id is that of the customer who was asked for, whatever the answer says', async () => {
    const change = scheduled((body) => {
      const { customer: _, ...rest } = JSON.parse(body) as Record<string, unknown>;
      return JSON.stringify(rest);
    });
    const run = await syncThrough(small, change, { streams: [stream] });
    const ids = (rows: readonly { readonly customer_id?: unknown }[]) =>
      rows.map(({ customer_id }) => Number(customer_id)).toSorted((a, b) => a - b);
    expect(ids(run.records(stream))).toEqual(ids(rowsOf(small, stream)));
  });

  test('a customer who is deleted meanwhile has none, and the stream goes on', async () => {
    const [gone, ...others] = rowsOf(small, stream);
    const path = `/customers/${String(Number(gone?.['customer_id']))}/delivery_schedule`;
    const change: Change = async (asked, pass) => (asked.path === path ? notFound : pass());
    const run = await syncThrough(small, change, { streams: [stream] });
    expect(run.exitCode).toBe(0);
    expectRows(run.records(stream), others);
  });

  test.each(['deliverySchedule', 'delivery_schedule'])('wrapped in %s it is the same', async (wrapper) => {
    const wrapped = scheduled((body) => `{"${wrapper}":${body}}`);
    await expectWhole(small, stream, wrapped);
  });

  test.each([
    '{}',
    '{"delivery_schedule":null}',
    '{"schedule":{"deliveries":[]}}',
    '{"delivery_schedule":{"customer":{}}}',
  ])('an answer of neither form is malformed: %s', async (body) => {
    const change = scheduled(() => body);
    const run = await syncThrough(small, change, { streams: [stream] });
    expect([run.exitCode, run.statuses(stream).at(-1)]).toEqual([1, 'INCOMPLETE']);
    expect(run.errors()).toMatchObject([
      { message: expect.stringMatching(/the answer has no "deliveries"/) },
    ]);
  });

  test('one that cannot be read fails the stream: a part is not the whole', async () => {
    const sandbox = await openStore();
    const broken = Number(rowsOf(sandbox, stream)[1]?.['customer_id']);
    sandbox.failNext('error500', 1_000, `/customers/${broken}/delivery_schedule`);
    const run = await sync(configFor(sandbox), { streams: [stream, 'store'], env: impatient });
    expect([run.exitCode, run.statuses(stream).at(-1)]).toEqual([1, 'INCOMPLETE']);
    expect(run.statuses('store').at(-1)).toBe('COMPLETE');
    // While it tries, it may have to break its silence (HB-01), which says nothing of what was read.
    for (const state of run.states(stream))
      expect(state.stream.stream_state).toEqual({ __ab_no_cursor_state_message: true });
  });

  test('twenty are asked for at once where the API takes its time', async () => {
    const latencyMs: SandboxOptions['latencyMs'] = ({ path }) => (path.endsWith('schedule') ? 1_000 : 0);
    const sandbox = await openStore({ latencyMs });
    let [open, most] = [0, 0];
    const change: Change = async (_, pass) => {
      most = Math.max(most, (open += 1));
      const answer = await pass();
      open -= 1;
      return answer;
    };
    await expectWhole(sandbox, stream, change);
    expect(most).toBeGreaterThan(10);
    expect(most).toBeLessThanOrEqual(20);
  });
});

describe('metafields: all six owners in one', () => {
  test('whole, and then what changed of any owner', async () => {
    const sandbox = await openStore({ size: { metafields: 3_000 } });
    const first = await expectWhole(sandbox, 'metafields');
    expect(new Set(first.records('metafields').map(({ owner_resource }) => owner_resource)).size).toBe(6);
    const changed = ['address', 'store'].map((owner) =>
      Number(sandbox.served(`/metafields?owner_resource=${owner}`)[0]?.['id']),
    );
    for (const id of changed) sandbox.update('metafields', id);
    const second = await sync(configFor(sandbox), { streams: ['metafields'], state: first });
    expect(second.records('metafields').map(({ id }) => id)).toEqual(expect.arrayContaining(changed));
    expect(second.records('metafields').length).toBeLessThan(50);
  });
});

describe('payment_methods: 50 a page', () => {
  test('half as many where the API cannot make a page in time', async () => {
    const sandbox = await openStore({ size: { payment_methods: 300 }, heavyPageRows: 30 });
    const run = await sync(configFor(sandbox), { streams: ['payment_methods'], env: impatient });
    expect(run.exitCode).toBe(0);
    const ids = (rows: readonly { readonly id?: unknown }[]) => new Set(rows.map(({ id }) => id));
    expect(ids(run.records('payment_methods'))).toEqual(ids(sandbox.rows('payment_methods')));
    const limits = sandbox.requests.map(({ query }) => new URLSearchParams(query).get('limit'));
    expect(new Set(limits)).toEqual(new Set(['50', '25']));
    expect(run.records('payment_methods').some(({ deleted_at }) => deleted_at !== null)).toBe(true);
  });
});

test('charges without a state: what Recharge no longer serves is told before it hurts', async () => {
  const first = await expectWhole(small, 'charges');
  expect(first.warnings()).toEqual([
    expect.stringMatching(/^WARN charges: starts without a saved state\. .*90 days.*overwrites/),
  ]);
  const second = await sync(configFor(small), { streams: ['charges'], state: first });
  expect(second.warnings()).toEqual([]);
});
