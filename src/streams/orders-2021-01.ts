import { byTime } from '../sync/by-time.ts';
import { IncrementalStream } from '../sync/incremental-stream.ts';
import { parseStoreTimeAscending } from '../sync/instant.ts';
import { sorted } from '../sync/sorted.ts';
import { orders_2021_01 } from './schemas/orders-2021-01.schema.ts';

export class Orders2021_01 extends IncrementalStream {
  override readonly name = 'orders';
  override readonly scopes = [['read_orders', 'read_charges']];
  override readonly version = '2021-01';
  override readonly schema = orders_2021_01;
  // Its times are New York's and name no zone.
  override readonly listing = sorted(byTime, parseStoreTimeAscending);
}
