import type { ResourceName, Sandbox } from '../../sandbox/index.ts';
import { rowsOf, type StreamName } from './expectations.ts';
import type { ApiRow } from './front.ts';

/** Where the rows of the streams that may get tombstones are in the sandbox. */
const resources = {
  addresses: 'addresses',
  bundle_selections: 'bundle_selections',
  charges: 'charges',
  collections: 'collections',
  customers: 'customers',
  discounts: 'discounts',
  metafields: 'metafields',
  metafields_address: 'metafields',
  metafields_charge: 'metafields',
  metafields_customer: 'metafields',
  metafields_order: 'metafields',
  metafields_store: 'metafields',
  metafields_subscription: 'metafields',
  orders: 'orders',
  subscriptions: 'subscriptions',
} as const satisfies Partial<Record<StreamName, ResourceName>>;
export type Deletable = keyof typeof resources;

export const deletable = Object.keys(resources) as Deletable[];

/** Those of which no two have a row in common. */
export const spared = deletable.filter((stream) => stream !== 'metafields');

export const isTombstone = (row: ApiRow) => row['_ab_cdc_deleted_at'] !== undefined;

/** Removes the first row that each stream would bring; returns their ids by stream. */
export function removeFirst(sandbox: Sandbox, streams: readonly Deletable[]): Map<string, number> {
  return new Map(
    streams.map((stream) => {
      const id = Number(rowsOf(sandbox, stream)[0]?.['id']);
      sandbox.remove(resources[stream], id);
      return [stream, id];
    }),
  );
}
