import type { ApiObject } from '../recharge/answer.ts';
import type { Get } from '../recharge/pages.ts';
import { PerParentStream } from '../sync/per-parent.ts';
import { deliverySchedules } from './schemas/delivery-schedules.ts';

/** https://developer.rechargepayments.com/2021-11/customers */
export class DeliverySchedules extends PerParentStream {
  override readonly name = 'delivery_schedules';
  override readonly scopes = ['read_customers'];
  override readonly schema = deliverySchedules;
  override readonly resource = 'customers';
  override readonly primaryKey = ['customer_id'];

  // Nothing is due without an active subscription, and each customer is a request.
  protected override mayHaveAny(customer: ApiObject): boolean {
    return customer['subscriptions_active_count'] !== 0;
  }

  protected override async *recordsOf(customerId: string, get: Get): AsyncGenerator<Iterable<ApiObject>> {
    const path = `/customers/${customerId}/delivery_schedule`;
    const { body, rows } = await get(
      () => ({ path, key: 'deliveries', version: this.version }),
      () => {},
    );
    yield [{ customer_id: JSON.rawJSON(customerId), ...body, ...(rows && { deliveries: [...rows] }) }];
  }
}
