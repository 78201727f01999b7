import type { Sandbox } from '../../sandbox/index.ts';
import type { Warehouse } from './warehouse.ts';

interface Charge {
  readonly id: number;
  readonly status: string;
  readonly total_refunds: string | null;
  readonly retry_date: string | null;
}

interface Order {
  readonly id: number;
  readonly status: string;
  readonly currency: string;
  readonly processed_at: string | null;
  readonly customer: { readonly id: number };
  readonly charge: { readonly id: number };
  readonly total_refunds: string | null;
}

const rowsOf = (store: Sandbox, path: string) => store.served(path) as unknown as readonly (Charge & Order)[];

/** Changes rows of a store to what Recharge may send too, but a plain shop does not have. */
export function makeOdd(store: Sandbox): void {
  const active = rowsOf(store, '/subscriptions?status=active');
  const odd = [
    { presentment_currency: null },
    { charge_interval_frequency: null },
    { charge_interval_frequency: 0, order_interval_frequency: 0 },
    { order_interval_unit: 'Weeks' },
    { order_interval_unit: null, charge_interval_frequency: null, order_interval_frequency: null },
    { price: '0E-10' },
    { price: null, quantity: null },
  ];
  odd.forEach((patch, index) => store.update('subscriptions', active[index]?.id ?? 0, patch));
  const [ended] = rowsOf(store, '/subscriptions?status=cancelled');
  store.update('subscriptions', ended?.id ?? 0, { status: 'onetime', order_interval_unit: null });
  const charges = rowsOf(store, '/charges');
  const withStatus = (status: string) => charges.filter((charge) => charge.status === status);
  const [paid, failed] = [withStatus('success'), withStatus('error')];
  store.update('charges', paid[0]?.id ?? 0, { charge_attempts: 3 });
  store.update('charges', paid[1]?.id ?? 0, { charge_attempts: 1 });
  store.update('charges', paid[2]?.id ?? 0, { status: 'partially_refunded', total_refunds: '1.25' });
  store.update('charges', failed[0]?.id ?? 0, { retry_date: null });
  store.update('charges', failed[1]?.id ?? 0, { retry_date: '2020-02-29T05:00:00+00:00' });
  store.update('charges', failed[2]?.id ?? 0, { retry_date: new Date().toISOString() });
  // Of a customer of whom nothing else is left.
  store.update('charges', failed[3]?.id ?? 0, { customer: { id: 4242 } });
  const orders = rowsOf(store, '/orders?status=success');
  const [first, second, third] = orders;
  store.update('orders', first?.id ?? 0, { status: 'pending_charge_status' });
  store.update('orders', second?.id ?? 0, { currency: 'usd', total_discounts: '1000.01' });
  store.update('orders', third?.id ?? 0, { processed_at: null, total_discounts: null });
  // Of a charge that is served no more.
  store.update('orders', orders.at(-1)?.id ?? 0, { total_refunds: '2.50' });
}

/** What the marts make of these, beside what the store's own rows say. */
export async function compareOdd(store: Sandbox, warehouse: Warehouse): Promise<string[]> {
  const [outcomes = [], refunded = [], unpriced = []] = await warehouse.query(
    'select outcome, count(*) as charges from analytics.charge_failures group by outcome',
    'select customer_id, refunded from analytics.customers where refunded <> 0 and orders_in_other_currencies = 0',
    "select subscription_id from analytics.subscriptions where price_per_month is null and status = 'active'",
  );
  const found = Object.fromEntries(outcomes.map(({ outcome, charges }) => [outcome, charges]));
  const errors = rowsOf(store, '/charges').filter(({ status }) => status === 'error');
  const yesterday = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10);
  const planned = errors.filter(({ retry_date: day }) => day !== null && day >= yesterday).length;
  const expected = {
    recovered: '1',
    failed: String(errors.length - planned),
    retrying: String(planned),
  };
  const problems = Object.entries(expected).flatMap(([outcome, count]) =>
    found[outcome] === count ? [] : [`${outcome}: ${found[outcome]} in the mart, ${count} in the store`],
  );
  const inMart = new Map(refunded.map((row) => [row['customer_id'], row['refunded']]));
  const inStore = refundsIn(store);
  for (const [customer, amount] of inStore)
    if (inMart.get(customer) !== amount)
      problems.push(
        `customer ${customer}: ${inMart.get(customer)} refunded in the mart, ${amount} in the store`,
      );
  if (inStore.size !== inMart.size)
    problems.push(`${inMart.size} refunded in the mart, ${inStore.size} in the store`);
  // Without an interval, and without a price.
  return unpriced.length === 3 ? problems : [...problems, `${unpriced.length} have no price for a month`];
}

/** What each customer of one currency was given back of orders that were sent, as text. */
function refundsIn(store: Sandbox): ReadonlyMap<string, string> {
  const charges = new Map(rowsOf(store, '/charges').map((charge) => [charge.id, charge]));
  const orders = rowsOf(store, '/orders');
  const firsts = new Map<number, Order>();
  for (const order of [...orders].toSorted((a, b) => timeOf(a) - timeOf(b) || a.id - b.id))
    if (!firsts.has(order.charge.id)) firsts.set(order.charge.id, order);
  const cents = new Map<string, number>();
  const currencies = new Map<string, Set<string>>();
  for (const order of orders.filter(({ status }) => status === 'success')) {
    const customer = String(order.customer.id);
    currencies.set(customer, (currencies.get(customer) ?? new Set()).add(order.currency.toUpperCase()));
    const charge = charges.get(order.charge.id);
    const told =
      charge === undefined || firsts.get(order.charge.id) === order ? (charge ?? order) : undefined;
    const amount = Math.round(Number(told?.total_refunds ?? 0) * 100);
    cents.set(customer, (cents.get(customer) ?? 0) + amount);
  }
  const isPlain = ([customer, amount]: [string, number]) =>
    amount > 0 && currencies.get(customer)?.size === 1;
  return new Map([...cents].filter(isPlain).map(([customer, amount]) => [customer, String(amount / 100)]));
}

const timeOf = (order: Order & { readonly scheduled_at?: string }) =>
  Date.parse(order.processed_at ?? order.scheduled_at ?? '');
