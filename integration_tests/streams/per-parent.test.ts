import { describe, expect, test } from 'vitest';
import { type Sandbox, type SandboxOptions } from '../../sandbox/index.ts';
import { configFor, sync, openStore, syncThrough } from './connection.ts';
import { expectRows, rowsOf } from './expectations.ts';
import { type Change } from './front.ts';
import { impatient } from './impatience.ts';

let sandbox: Sandbox;
const start = async (options: SandboxOptions = {}) => {
  sandbox = await openStore(options);
};
const read = (...streams: string[]) => sync(configFor(sandbox), { streams });
const paths = () => sandbox.requests.map(({ path }) => path);

describe('collection_products: one listing a collection', () => {
  test('every product of every collection, page by page', async () => {
    await start({ size: { collections: 3, collection_products: 1_600, products: 600 } });
    const run = await read('collection_products');
    expect(run.exitCode).toBe(0);
    expectRows(run.records('collection_products'), rowsOf(sandbox, 'collection_products'));
    const rows = sandbox
      .served('/collections')
      .map(({ id }) => sandbox.served(`/collection_products?collection_id=${String(Number(id))}`).length);
    expect(Math.max(...rows)).toBeGreaterThan(250);
    const pages = rows.reduce((sum, count) => sum + Math.max(1, Math.ceil(count / 250)), 0);
    expect(paths().filter((path) => path === '/collection_products')).toHaveLength(pages);
    expect(run.lastState('collection_products')).toEqual({ __ab_no_cursor_state_message: true });
  });

  test('more collections than a page holds', async () => {
    await start({ size: { collections: 270, collection_products: 900 } });
    const run = await read('collection_products');
    expectRows(run.records('collection_products'), rowsOf(sandbox, 'collection_products'));
    expect(paths().filter((path) => path === '/collection_products')).toHaveLength(270);
  });
});

test('collection_products: a collection that is deleted between its pages ends there', async () => {
  await start({ size: { collections: 3 } });
  const gone = new Set<string>();
  const change: Change = async ({ path, query }, pass) => {
    const notFound = { status: 404, headers: {}, body: '{"errors":"Not Found"}' };
    const collection = query.get('collection_id') ?? '';
    if (query.get('cursor')?.startsWith('gone')) gone.add(query.get('cursor')?.slice(4) ?? '');
    if (query.has('cursor') || gone.has(collection)) return notFound;
    const answer = await pass();
    if (path !== '/collection_products') return answer;
    return {
      ...answer,
      body: JSON.stringify({ ...(JSON.parse(answer.body) as object), next_cursor: `gone${collection}` }),
    };
  };
  const run = await syncThrough(sandbox, change, { streams: ['collection_products'] });
  expect(run.exitCode).toBe(0);
  expectRows(run.records('collection_products'), rowsOf(sandbox, 'collection_products'));
});

describe('delivery_schedules: one request a customer with an active subscription', () => {
  test('each of them, with the id at the top, and no customer more', async () => {
    await start({ size: { customers: 400, subscriptions: 300, charges: 900 } });
    const run = await read('delivery_schedules');
    expect(run.exitCode).toBe(0);
    const rows = rowsOf(sandbox, 'delivery_schedules');
    expectRows(run.records('delivery_schedules'), rows);
    expect(rows.length).toBeGreaterThan(50);
    const one = /^\/customers\/\d+\/delivery_schedule$/;
    expect(paths().filter((path) => one.test(path))).toHaveLength(rows.length);
    expect(paths().filter((path) => path === '/customers')).toHaveLength(2);
  });

  test('the id is that of the customer who was asked for, whatever the answer says', async () => {
    await start();
    const change: Change = async ({ path }, pass) => {
      const answer = await pass();
      if (!path.endsWith('/delivery_schedule')) return answer;
      const { customer: _customer, ...rest } = JSON.parse(answer.body) as Record<string, unknown>;
      return { ...answer, body: JSON.stringify(rest) };
    };
    const run = await syncThrough(sandbox, change, { streams: ['delivery_schedules'] });
    const ids = (rows: readonly { readonly customer_id?: unknown }[]) =>
      rows.map(({ customer_id }) => Number(customer_id)).toSorted((a, b) => a - b);
    expect(ids(run.records('delivery_schedules'))).toEqual(ids(rowsOf(sandbox, 'delivery_schedules')));
  });

  test('a customer who is deleted meanwhile has none, and the stream goes on', async () => {
    await start();
    const [gone] = rowsOf(sandbox, 'delivery_schedules');
    const change: Change = async ({ path }, pass) =>
      path.includes(`/${String(Number(gone?.['customer_id']))}/`)
        ? { status: 404, headers: {}, body: '{"errors":"Not Found"}' }
        : pass();
    const run = await syncThrough(sandbox, change, { streams: ['delivery_schedules'] });
    expect(run.exitCode).toBe(0);
    expectRows(run.records('delivery_schedules'), rowsOf(sandbox, 'delivery_schedules').slice(1));
  });

  test.each(['deliverySchedule', 'delivery_schedule'])('wrapped in %s it is the same', async (wrapper) => {
    await start();
    const change: Change = async ({ path }, pass) => {
      const answer = await pass();
      if (!path.endsWith('/delivery_schedule')) return answer;
      return { ...answer, body: `{"${wrapper}":${answer.body}}` };
    };
    const run = await syncThrough(sandbox, change, { streams: ['delivery_schedules'] });
    expect(run.exitCode).toBe(0);
    expectRows(run.records('delivery_schedules'), rowsOf(sandbox, 'delivery_schedules'));
  });

  test.each([
    '{}',
    '{"delivery_schedule":null}',
    '{"schedule":{"deliveries":[]}}',
    '{"delivery_schedule":{"customer":{}}}',
  ])('an answer of neither form is malformed: %s', async (body) => {
    await start();
    const change: Change = async ({ path }, pass) => {
      const answer = await pass();
      return path.endsWith('/delivery_schedule') ? { ...answer, body } : answer;
    };
    const run = await syncThrough(sandbox, change, { streams: ['delivery_schedules'] });
    expect([run.exitCode, run.statuses('delivery_schedules').at(-1)]).toEqual([1, 'INCOMPLETE']);
    expect(run.errors()).toMatchObject([
      { message: expect.stringMatching(/the answer has no "deliveries"/) },
    ]);
  });

  test('one that cannot be read fails the stream: a part is not the whole', async () => {
    await start();
    const [, broken] = rowsOf(sandbox, 'delivery_schedules');
    sandbox.failNext(
      'error500',
      1_000,
      `/customers/${String(Number(broken?.['customer_id']))}/delivery_schedule`,
    );
    const run = await sync(configFor(sandbox), { streams: ['delivery_schedules', 'store'], env: impatient });
    expect([run.exitCode, run.statuses('delivery_schedules').at(-1)]).toEqual([1, 'INCOMPLETE']);
    expect(run.statuses('store').at(-1)).toBe('COMPLETE');
    // While it tries, it may have to break its silence (HB-01), which says nothing of what was read.
    for (const { stream } of run.states('delivery_schedules'))
      expect(stream.stream_state).toEqual({ __ab_no_cursor_state_message: true });
  });

  test('twenty are asked for at once where the API takes its time', async () => {
    await start({ latencyMs: ({ path }) => (path.endsWith('delivery_schedule') ? 1_000 : 0) });
    let open = 0;
    let most = 0;
    const change: Change = async (_, pass) => {
      most = Math.max(most, (open += 1));
      const answer = await pass();
      open -= 1;
      return answer;
    };
    const run = await syncThrough(sandbox, change, { streams: ['delivery_schedules'] });
    expect(run.exitCode).toBe(0);
    expect(most).toBeGreaterThan(10);
    expect(most).toBeLessThanOrEqual(20);
  });
});

describe('metafields: all six owners in one', () => {
  test('whole, and then what changed of any owner', async () => {
    await start({ size: { metafields: 3_000 } });
    const first = await read('metafields');
    expectRows(first.records('metafields'), rowsOf(sandbox, 'metafields'));
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
    await start({ size: { payment_methods: 300 }, heavyPageRows: 30 });
    const run = await sync(configFor(sandbox), { streams: ['payment_methods'], env: impatient });
    expect(run.exitCode).toBe(0);
    const ids = (rows: readonly { readonly id?: unknown }[]) => new Set(rows.map(({ id }) => id));
    expect(ids(run.records('payment_methods'))).toEqual(ids(sandbox.rows('payment_methods')));
    const limits = sandbox.requests.map(({ query }) => new URLSearchParams(query).get('limit'));
    expect(new Set(limits)).toEqual(new Set(['50', '25']));
    expect(run.records('payment_methods').some(({ deleted_at }) => deleted_at !== null)).toBe(true);
  });
});

describe('said before it hurts', () => {
  const warned = (lines: readonly string[]) => lines.filter((line) => line.startsWith('WARN'));

  test('charges without a state: what Recharge no longer serves', async () => {
    await start();
    const first = await read('charges');
    expect(warned(first.logs())).toEqual([
      expect.stringMatching(/^WARN charges: starts without a saved state\. .*90 days.*overwrites/),
    ]);
    const second = await sync(configFor(sandbox), { streams: ['charges'], state: first });
    expect(warned(second.logs())).toEqual([]);
  });
});
