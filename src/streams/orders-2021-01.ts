import { TimePagedStream } from '../sync/time-paged.ts';
import { orders_2021_01 } from './schemas/orders-2021-01.schema.ts';

/** https://developer.rechargepayments.com/2021-01/orders */
export class Orders2021_01 extends TimePagedStream {
  override readonly name = 'orders';
  override readonly scopes = [['read_orders', 'read_charges']];
  override readonly schema = orders_2021_01;
}
