import type { Version } from '../options.ts';
import type { ResourceName } from '../resources.ts';

/** A list that exists below a parent. */
export interface NestedList {
  /** The resource that is listed. */
  readonly list: ResourceName;
  /** The filter that takes the parent's id. */
  readonly parameter: string;
  readonly parent: ResourceName;
  readonly versions: readonly Version[];
}

/** Lists below a parent: `/async_batches/{id}/tasks` and the like (docs/recharge-api.md#endpoints). */
export const NESTED: Readonly<Record<string, NestedList>> = {
  'async_batches/tasks': {
    list: 'async_batch_tasks',
    parameter: 'batch_id',
    parent: 'async_batches',
    versions: ['2021-01', '2021-11'],
  },
  'credit_accounts/credit_adjustments': {
    list: 'credit_adjustments',
    parameter: 'credit_account_id',
    parent: 'credit_accounts',
    versions: ['2021-11'],
  },
  'customers/addresses': {
    list: 'addresses',
    parameter: 'customer_id',
    parent: 'customers',
    versions: ['2021-01'],
  },
};
