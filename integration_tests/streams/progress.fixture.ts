import type { Sandbox } from '../../sandbox/index.ts';
import { sharedStore } from './connection.ts';

/** A store whose syncs have something to tell: waiting, and a scope that is not there. */
export const storeToReadOf = (): Promise<Sandbox> =>
  sharedStore({ size: { orders: 1_500 }, latencyMs: 300, scopes: ['read_orders', 'store_info'] });
