import { resolve } from 'node:path';
import { type SandboxOptions, startSandbox, type Sandbox } from '../../sandbox/index.ts';
import { Python } from '../pyairbyte/python.ts';
import { configFor, quickToken } from '../streams/connection.ts';
import { compareOdd, makeOdd } from './odd-rows.ts';
import { read, streams } from './reading.ts';
import { type Bin, differences, Warehouse } from './warehouse.ts';

/** A store whose clock stands still, so that no row crosses a limit of time between reading and comparing. */
export async function openShop(options: SandboxOptions = {}): Promise<Sandbox> {
  return startSandbox({ token: quickToken, frozen: true, ...options });
}

/** A store that PyAirbyte loads into DuckDB. */
export async function byPyAirbyte(python: string, bin: Bin): Promise<string[]> {
  const store = await openShop();
  const loader = await Python.create(python);
  const warehouse = await Warehouse.create(bin);
  try {
    const executable = resolve(import.meta.dirname, '../../dist/source-recharge');
    const config = configFor(store);
    await loader.script('sync.py', { executable, config, streams, duckdb: warehouse.target });
    return [
      ...(await warehouse.build({ recharge_schema: 'main' })),
      ...(await compareWithStore(store, warehouse)),
    ];
  } finally {
    await Promise.all([loader.remove(), warehouse.remove(), store.close()]);
  }
}

/** A store of another seed at each run, with odd rows, loaded as a destination does: both warehouses have the same marts. */
export async function byDestination(bin: Bin, address: string, seed: number): Promise<string[]> {
  const store = await openShop({ size: 'demo', seed });
  makeOdd(store);
  const [postgres, duckdb] = [await Warehouse.create(bin, address), await Warehouse.create(bin)];
  try {
    const { catalog, messages } = await read(store);
    const problems: string[] = [];
    for (const warehouse of [postgres, duckdb]) {
      await warehouse.load(catalog, messages);
      problems.push(...(await warehouse.build()), ...(await compareWithStore(store, warehouse)));
      problems.push(...(await compareOdd(store, warehouse)));
    }
    return [...problems, ...differences(await postgres.marts(), await duckdb.marts())];
  } finally {
    await Promise.all([postgres.remove(), duckdb.remove(), store.close()]);
  }
}

/** What the marts say beside what the store itself says. */
export async function compareWithStore(store: Sandbox, warehouse: Warehouse): Promise<string[]> {
  const [[found = {}] = []] = await warehouse.query(`
    select
      (select count(*) from analytics.subscriptions) as subscriptions,
      (select count(*) from analytics.subscriptions where status = 'active') as active,
      (select count(*) from analytics.customers) as customers,
      (select count(*) from analytics.line_items where source = 'order') as order_lines,
      (select count(*) from analytics.upcoming_charges) as upcoming,
      (select sum(churned) from analytics.subscriptions_monthly) as churned`);
  const count = (rows: readonly unknown[]) => String(rows.length);
  const [subscriptions, orders] = [store.rows('subscriptions'), store.rows('orders')];
  const charges = store.rows('charges');
  // Those too of whom nothing but these is left.
  const customers = new Set([
    ...store.rows('customers').map(({ id }) => id),
    ...subscriptions.map((subscription) => subscription['customer_id']),
    ...[...orders, ...charges].map((row) => (row['customer'] as { readonly id: number }).id),
  ]);
  const expected = {
    subscriptions: count(subscriptions),
    active: count(subscriptions.filter(({ status }) => status === 'active')),
    customers: String(customers.size),
    order_lines: count(orders.flatMap((order) => order['line_items'] as unknown[])),
    upcoming: count(charges.filter(({ status }) => status === 'queued')),
    churned: count(subscriptions.filter(({ status }) => status === 'cancelled')),
  };
  process.stdout.write(`${JSON.stringify(found)}\n`);
  return Object.entries(expected).flatMap(([name, value]) =>
    found[name] === value ? [] : [`${name}: ${found[name]} in the marts, ${value} in the store`],
  );
}
