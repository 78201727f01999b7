import { type JsonObject, numberAt } from '../json.ts';
import type { ResourceName } from '../resources.ts';
import { discount, onetime, subscription } from './items.ts';
import { type Lookup, withEasternTimes } from './parts.ts';
import { address, customer } from './people.ts';
import { charge, order } from './sales.ts';

/** The rows that a 2021-01 shape takes data from. */
export interface Neighbours {
  readonly lookup: Lookup;
  /** The address that a customer's billing data is taken from. */
  readonly firstAddress: (customerId: number) => number | null;
}

type Shape = (row: JsonObject, neighbours: Neighbours) => JsonObject;

const SHAPES: Partial<Readonly<Record<ResourceName, Shape>>> = {
  addresses: address,
  charges: charge,
  customers: (row, { lookup, firstAddress }) => customer(row, lookup, firstAddress(numberAt(row, 'id') ?? 0)),
  subscriptions: (row, { lookup }) => subscription(row, lookup),
  onetimes: onetime,
  orders: (row, { lookup }) => order(row, lookup),
  discounts: discount,
  products: (row) => row,
  metafields: (row) => row,
};

/**
 * A stored row as 2021-01 serves it (docs/recharge-api.md#version-2021-01). `products` are kept in that
 * shape; metafields never changed.
 */
export function shape202101(resource: ResourceName, row: JsonObject, neighbours: Neighbours): JsonObject {
  return (SHAPES[resource] ?? withEasternTimes)(row, neighbours);
}
