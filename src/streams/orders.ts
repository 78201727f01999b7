import { IncrementalStream } from '../sync/incremental-stream.ts';
import { orders } from './schemas/orders.schema.ts';

export class Orders extends IncrementalStream {
  override readonly name = 'orders';
  override readonly scopes = [['read_orders', 'read_charges']];
  override readonly schema = orders;
}
