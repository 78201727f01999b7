import type { Sandbox } from '../../sandbox/index.ts';
import { dice } from '../../src/random.fixture.ts';
import { Merchant } from '../streams/merchant.ts';
import { startFront } from '../streams/front.ts';
import { type Reading, read } from './reading.ts';
import { openShop } from './shops.ts';
import { type Bin, differences, type Row, Warehouse } from './warehouse.ts';

const dayMs = 86_400_000;

/**
 * A store that is synced three times with days and edits between, into a destination that deduplicates and deletes, and
 * into one that appends, tombstones and all: both have the marts of one fresh sync, and what Recharge serves no more.
 */
export async function threeSyncs(bin: Bin, address: string, seed: number): Promise<string[]> {
  const now = new Date(Date.now() - 5 * dayMs);
  const store = await openShop({ now, rebuildSeconds: 0 });
  let clock = now.getTime();
  // The store's clock in its answers: the connector takes its own from there.
  const front = await startFront(store, async (_, pass) => {
    const answer = await pass();
    return { ...answer, headers: { ...answer.headers, date: new Date(clock).toUTCString() } };
  });
  const [deduplicated, appended] = [await Warehouse.create(bin, address), await Warehouse.create(bin)];
  const fresh = await Warehouse.create(bin);
  try {
    const merchant = new Merchant(store, dice(seed));
    let last: Reading | undefined;
    for (let syncs = 0; syncs < 3; syncs += 1) {
      writeAtOnce(store, '11.00', 'pending');
      last = await read(front, { settings: { capture_deletes: true }, ...(last && { after: last }) });
      await deduplicated.load(last.catalog, last.messages);
      await appended.load(appending(last.catalog), last.messages);
      if (syncs === 2) break;
      // In the second of the writes before the sync, so that the next one brings these rows with the same updated_at.
      writeAtOnce(store, '13.50', 'error');
      for (let edits = 0; edits < 150; edits += 1) merchant.edit();
      comeAndGo(store);
      store.advance(2 * dayMs);
      clock += 2 * dayMs;
    }
    const whole = await read(front);
    await fresh.load(whole.catalog, whole.messages);
    const problems: string[] = [];
    for (const warehouse of [deduplicated, appended, fresh]) problems.push(...(await warehouse.build()));
    const expected = await fresh.marts();
    const limit = new Date(clock - 90 * dayMs).toISOString();
    for (const warehouse of [deduplicated, appended])
      problems.push(...differences(...withoutOldCharges(await warehouse.marts(), expected, limit)));
    const [[rows = {}] = []] = await appended.query(
      'select count(*) as appended, count(distinct id) as orders from recharge.orders',
    );
    process.stdout.write(`${JSON.stringify(rows)}\n`);
    return problems;
  } finally {
    await Promise.all([
      deduplicated.remove(),
      appended.remove(),
      fresh.remove(),
      front.close(),
      store.close(),
    ]);
  }
}

type Marts = Awaited<ReturnType<Warehouse['marts']>>;

/**
 * Takes out what a fresh sync cannot have: the lines of charges that have grown older than 90 days since the first sync,
 * and the customers whom such a charge has refunded.
 */
function withoutOldCharges(synced: Marts, fresh: Marts, limit: string): [Marts, Marts] {
  const old = (synced.get('line_items') ?? [])
    .map((row) => JSON.parse(row) as Row)
    .filter((row) => row['source'] === 'charge' && row['is_billed'] === 'True')
    .filter((row) => String(row['processed_at']).replace(' ', 'T') < limit);
  const refunded = old.filter(({ status }) => status !== 'success').map((row) => row['customer_id']);
  process.stdout.write(
    `${old.length} lines of charges are served no more, ${refunded.length} of them refunded\n`,
  );
  const taken: Readonly<Record<string, (row: Row) => boolean>> = {
    line_items: (row) =>
      row['source'] === 'charge' && old.some((line) => line['parent_id'] === row['parent_id']),
    customers: (row) => refunded.includes(row['customer_id'] ?? null),
  };
  const left = (marts: Marts) =>
    new Map(
      [...marts].map(([mart, rows]) => [mart, rows.filter((row) => !taken[mart]?.(JSON.parse(row) as Row))]),
    );
  return [left(synced), left(fresh)];
}

/** Some subscriptions that had ended go on. */
function comeAndGo(store: Sandbox): void {
  const byStatus = (wanted: string) => store.rows('subscriptions').filter(({ status }) => status === wanted);
  for (const { id } of byStatus('cancelled').slice(0, 3))
    store.update('subscriptions', Number(id), { status: 'active', cancelled_at: null });
}

/** Writes rows of each kind, the same ones each time. */
function writeAtOnce(store: Sandbox, price: string, status: string): void {
  const some = (list: 'orders' | 'subscriptions' | 'charges') => store.rows(list).slice(-3);
  for (const { id, line_items: lines } of some('orders')) {
    const line_items = (lines as readonly object[]).map((line) => ({
      ...line,
      quantity: 1,
      unit_price: price,
    }));
    const total = String(Number(price) * line_items.length);
    store.update('orders', Number(id), { line_items, total_line_items_price: total, total_price: total });
  }
  for (const { id } of some('subscriptions')) store.update('subscriptions', Number(id), { price });
  const failed = store.rows('charges').filter((charge) => charge['error_type'] !== null);
  for (const { id } of failed.slice(0, 3)) store.update('charges', Number(id), { status });
}

function appending(catalog: object): object {
  const { streams } = catalog as { readonly streams: readonly object[] };
  return { streams: streams.map((stream) => ({ ...stream, destination_sync_mode: 'append' })) };
}
