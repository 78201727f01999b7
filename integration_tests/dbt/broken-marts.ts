import { read } from './reading.ts';
import { openShop } from './shops.ts';
import { type Bin, Warehouse } from './warehouse.ts';

/** A statement that makes a mart or a raw table wrong, and the tests that must find it. */
const breaks: Readonly<Record<string, readonly string[]>> = {
  "update analytics.line_items set price = price + 0.01 where source = 'order' and line_index = 0 and order_id = (select min(order_id) from analytics.line_items)":
    ['order_lines_equal_raw', 'lines_make_the_total'],
  "update analytics.line_items set discount = discount + 0.01 where source = 'order' and order_id = (select max(order_id) from analytics.line_items)":
    ['discounts_equal_raw'],
  "delete from analytics.line_items where source = 'charge' and charge_id = (select min(charge_id) from analytics.line_items where source = 'charge' and price > 0)":
    ['charge_lines_equal_raw'],
  'update analytics.subscriptions_monthly set billed = billed + 0.01 where month = (select max(month) from analytics.subscriptions_monthly)':
    ['months_equal_raw'],
  'update analytics.subscriptions_monthly set mrr = mrr + 0.01 where is_running_month': [
    'running_month_equals_active',
  ],
  'update analytics.customers set spent = spent + 0.01 where spent > 0': ['customers_equal_raw'],
  'delete from analytics.cohorts where months_since = 0 and spent > 0': ['cohorts_equal_raw'],
  'delete from analytics.upcoming_charges where charge_id = (select min(charge_id) from analytics.upcoming_charges)':
    ['upcoming_charges_equal_the_query'],
  'insert into analytics.subscriptions select * from analytics.subscriptions limit 1': [
    'unique_subscriptions_subscription_id',
  ],
  "update recharge.subscriptions set order_interval_unit = 'year' where id = (select min(id) from recharge.subscriptions)":
    ['accepted_values_stg_subscriptions_order_interval_unit__day__days__week__weeks__month__months'],
  'update recharge.orders set status = null, created_at = null where id = (select min(id) from recharge.orders)':
    ['rows_without_status_are_tombstones'],
};

/** Each test of the marts fails where what it holds is not so. */
export async function brokenMarts(bin: Bin): Promise<string[]> {
  const store = await openShop();
  const warehouse = await Warehouse.create(bin);
  try {
    const { catalog, messages } = await read(store);
    await warehouse.load(catalog, messages);
    const problems = await warehouse.build();
    await warehouse.query(...Object.keys(breaks));
    const { output } = await warehouse.dbt('test');
    const expected = Object.values(breaks).flat();
    const missed = expected.filter((name) => !new RegExp(`(FAIL|WARN) \\d+ ${name} `).test(output));
    return [...problems, ...missed.map((name) => `${name} found nothing:\n${output}`)];
  } finally {
    await Promise.all([warehouse.remove(), store.close()]);
  }
}
