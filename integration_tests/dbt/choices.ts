import { readFile } from 'node:fs/promises';
import { RESOURCES, type Sandbox } from '../../sandbox/index.ts';
import { read, streams } from './reading.ts';
import { compareWithStore, openShop } from './shops.ts';
import { type Bin, differences, Warehouse } from './warehouse.ts';

/** No table has a row. */
export async function emptyStore(bin: Bin): Promise<string[]> {
  const store = await openShop({ size: Object.fromEntries(RESOURCES.map((name) => [name, 0])) });
  const warehouse = await Warehouse.create(bin);
  try {
    const { catalog, messages } = await read(store);
    await warehouse.load(catalog, messages);
    const problems = await warehouse.build();
    const rows = [...(await warehouse.marts()).values()].flat();
    const charts = await warehouse.charts({});
    const empty = charts.match(/: nothing to show\n/g)?.length ?? 0;
    return [...problems, ...rows, ...(empty === 3 ? [] : [charts])];
  } finally {
    await Promise.all([warehouse.remove(), store.close()]);
  }
}

/** Streams that a connection does not sync have no table: a variable says so, and the other marts are as they were. */
export async function withoutStreams(bin: Bin): Promise<string[]> {
  const store = await openShop();
  const [warehouse, whole] = [await Warehouse.create(bin), await Warehouse.create(bin)];
  try {
    const only = streams.filter((name) => !name.startsWith('charge') && name !== 'customers');
    const { catalog, messages } = await read(store, { only });
    // DuckDB's database has the name of its file, which is this schema's too.
    await warehouse.load(catalog, messages, 'shop');
    const vars = { with_charges: false, with_customers: false, recharge_schema: 'shop' };
    const problems = await warehouse.build(vars);
    const charts = await warehouse.charts(vars);
    if (!charts.includes('Upcoming charges, by week and currency: nothing to show\n')) problems.push(charts);
    const complete = await read(store);
    await whole.load(complete.catalog, complete.messages);
    problems.push(...(await whole.build()));
    const same = ['subscriptions', 'subscriptions_monthly', 'cohorts'].map(
      (name) => `select * from analytics.${name}`,
    );
    const [mine, theirs] = [await warehouse.query(...same), await whole.query(...same)];
    const [[found = {}] = []] = await warehouse.query(
      "select count(*) as marts from information_schema.tables where table_name in ('upcoming_charges', 'charge_failures')",
    );
    if (found['marts'] !== '0') problems.push('There are marts of charges that were not synced');
    return [...problems, ...differences(rowsBy(mine), rowsBy(theirs))];
  } finally {
    await Promise.all([warehouse.remove(), whole.remove(), store.close()]);
  }
}

const rowsBy = (answers: readonly (readonly object[])[]) =>
  new Map(answers.map((rows, index) => [String(index), rows.map((row) => JSON.stringify(row))]));

/**
 * Charges older than 90 days, kept as docs/analytics.md says, are as if Recharge still served them; of a charge that is
 * in both, the newer row counts.
 */
export async function chargesKept(bin: Bin, address: string): Promise<string[]> {
  const now = new Date();
  const [old, store] = [await openShop({ now, chargeWindowDays: null }), await openShop({ now })];
  const [short, whole] = [await Warehouse.create(bin, address), await Warehouse.create(bin)];
  const vars = { charges_kept_schema: 'charges_kept' };
  try {
    const [all, recent] = [await read(old), await read(store)];
    await whole.load(all.catalog, all.messages);
    await short.load(all.catalog, all.messages);
    // Airbyte's own connector has the day as text.
    await short.query(
      'alter table recharge.charges alter scheduled_at type varchar',
      await documentedStatements(),
      'drop schema recharge cascade',
    );
    await short.load(recent.catalog, recent.messages);
    const problems = [...(await whole.build()), ...(await short.build(vars))];
    problems.push(...differences(await short.marts(), await whole.marts()));
    await short.query('truncate charges_kept.charges');
    return [...problems, ...(await short.build(vars)), ...(await compareWithStore(store, short))];
  } finally {
    await Promise.all([short.remove(), whole.remove(), old.close(), store.close()]);
  }
}

/** What docs/analytics.md gives to keep the charges of an earlier tool. */
async function documentedStatements(): Promise<string> {
  const page = await readFile(new URL('../../docs/analytics.md', import.meta.url), 'utf8');
  const statements = /```sql\n(CREATE SCHEMA charges_kept.*?)```/s.exec(page)?.[1];
  if (statements === undefined) throw new Error('docs/analytics.md does not say how to keep charges');
  return statements;
}

/** What subscriptions billed in each month of a zone is what the store's own orders say. */
export async function zones(bin: Bin, address: string): Promise<string[]> {
  const store = await openShop();
  const [postgres, duckdb] = [await Warehouse.create(bin, address), await Warehouse.create(bin)];
  const query =
    'select cast(month as varchar) as month, currency, billed from analytics.subscriptions_monthly where billed <> 0';
  try {
    const { catalog, messages } = await read(store);
    const problems: string[] = [];
    // At what hour a shop's orders are is drawn. In the west its first orders of a month are of the month before.
    const zone = ['Pacific/Kiritimati', 'Pacific/Honolulu'].find(
      (name) => billedIn(store, name).join() !== billedIn(store, 'UTC').join(),
    );
    if (zone === undefined) return ['No order is at the end or the beginning of a month'];
    const expected = billedIn(store, zone);
    for (const warehouse of [postgres, duckdb]) {
      await warehouse.load(catalog, messages);
      problems.push(...(await warehouse.build({ time_zone: zone })));
      const [found = []] = await warehouse.query(query);
      const rows = found.map(({ month, currency, billed }) => `${month?.slice(0, 7)} ${currency} ${billed}`);
      problems.push(...differences(new Map([['months', rows]]), new Map([['months', expected]])));
    }
    return problems;
  } finally {
    await Promise.all([postgres.remove(), duckdb.remove(), store.close()]);
  }
}

interface Order {
  readonly status: string;
  readonly currency: string;
  readonly processed_at: string;
  readonly line_items: readonly { purchase_item_type: string; unit_price: string; quantity: number }[];
}

/** `2026-11 USD 1234.5`, of each month and currency with orders that were sent. */
function billedIn(store: Sandbox, timeZone: string): string[] {
  const month = new Intl.DateTimeFormat('sv', { timeZone, year: 'numeric', month: '2-digit' });
  const cents = new Map<string, number>();
  for (const order of store.rows('orders') as unknown as readonly Order[]) {
    if (order.status !== 'success') continue;
    const name = `${month.format(new Date(order.processed_at))} ${order.currency}`;
    for (const { purchase_item_type: type, unit_price: price, quantity } of order.line_items)
      if (type === 'subscription')
        cents.set(name, (cents.get(name) ?? 0) + Math.round(Number(price) * 100) * quantity);
  }
  return [...cents].filter(([, amount]) => amount > 0).map(([name, amount]) => `${name} ${amount / 100}`);
}

/** A mart that has the name of a raw table would replace it. */
export async function rawSchemaRefused(bin: Bin): Promise<string[]> {
  const store = await openShop();
  const warehouse = await Warehouse.create(bin);
  try {
    const { catalog, messages } = await read(store);
    await warehouse.load(catalog, messages, 'analytics');
    const { code, output } = await warehouse.dbt('build', { recharge_schema: 'analytics' });
    const [[left = {}] = []] = await warehouse.query(
      'select count(price) as rows from analytics.subscriptions',
    );
    const isRefused = code !== 0 && output.includes('Give the profile another schema');
    return isRefused && left['rows'] !== '0' ? [] : [output];
  } finally {
    await Promise.all([warehouse.remove(), store.close()]);
  }
}
