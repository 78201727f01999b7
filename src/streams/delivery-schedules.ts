import { rawJSON } from '../airbyte/index.ts';
import { type ApiObject, isObject } from '../recharge/answer.ts';
import { RechargeError } from '../recharge/errors.ts';
import type { Get } from '../recharge/pages.ts';
import { PerParentStream } from '../sync/per-parent.ts';
import { deliverySchedules } from './schemas/delivery-schedules.schema.ts';

/** What an answer may be wrapped in. */
const wrappers = ['deliverySchedule', 'delivery_schedule'] as const;

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
    const { body } = await get(
      () => ({ path, version: this.version }),
      () => {},
    );
    yield [{ customer_id: rawJSON(customerId), ...unwrapped(body, path) }];
  }
}

/** The schedule in an answer. @throws RechargeError where there is none */
function unwrapped(body: ApiObject, path: string): ApiObject {
  if ('deliveries' in body) return body;
  for (const wrapper of wrappers) {
    const { [wrapper]: schedule, ...beside } = body;
    if (isObject(schedule) && 'deliveries' in schedule) return { ...beside, ...schedule };
  }
  throw new RechargeError('malformed', path, 'the answer has no "deliveries"', 200);
}
