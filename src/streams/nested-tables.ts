import type { NestedTable } from '../sync/nested-table.ts';

const utmParams = { 'analytics_data.utm_params': {} };

/** Every nested table there is: what its rows say is in its parent's schema. A new one is a line here. */
export const nestedTables: readonly NestedTable[] = [
  ...within('addresses', 'address_id', {
    address_discounts: { discounts: {} },
    address_shipping_lines: {
      shipping_lines_override: { source: 'override' },
      shipping_lines_conserved: { source: 'conserved' },
    },
  }),
  ...within('charges', 'charge_id', {
    charge_discounts: { discounts: {} },
    charge_line_items: { line_items: {} },
    charge_order_attributes: { order_attributes: {} },
    charge_shipping_lines: { shipping_lines: {} },
    charge_tax_lines: { tax_lines: {} },
    charge_utm_params: utmParams,
  }),
  ...within('customers', 'customer_id', { customer_utm_params: utmParams }),
  ...within('events', 'event_id', { event_updated_attributes: { updated_attributes: {} } }),
  ...within('orders', 'order_id', {
    // As version 2021-01 calls them, too.
    order_discounts: { discounts: {}, discount_codes: {} },
    order_line_items: { line_items: {} },
    order_shipping_lines: { shipping_lines: {} },
    order_tax_lines: { tax_lines: {} },
  }),
  ...within('subscriptions', 'subscription_id', { subscription_utm_params: utmParams }),
];

/** The tables of what lies within one stream's records, by name. */
function within(parent: string, key: string, tables: Record<string, NestedTable['lists']>): NestedTable[] {
  return Object.entries(tables).map(([name, lists]) => ({ name, parent, key, lists }));
}
