import { type JsonObject, rawJSON } from '../airbyte/index.ts';
import { type ApiObject, isObject } from '../recharge/api-object.ts';
import { broken, type Listing, type Page } from '../recharge/pages.ts';
import { FullRefreshStream } from '../sync/full-refresh-stream.ts';
import { withOwn } from '../sync/nested-table.ts';
import { perParent } from '../sync/substream.ts';
import { deliverySchedules } from './schemas/delivery-schedules.schema.ts';

export class DeliverySchedules extends FullRefreshStream {
  override readonly name = 'delivery_schedules';
  override readonly scopes = ['read_customers'];
  override readonly schema = deliverySchedules;
  override readonly resource = 'customers';
  override readonly primaryKey = ['customer_id'];
  // Nothing is due without an active subscription, and each customer is a request.
  override readonly pages = perParent(scheduleOf, (customer) => customer['subscriptions_active_count'] !== 0);
}

async function* scheduleOf(customerId: string, { get, version }: Listing): AsyncGenerator<Page> {
  const path = `/customers/${customerId}/delivery_schedule`;
  const { body, requestedAt } = await get(() => ({ path, version }));
  const own = { customer_id: rawJSON(customerId) };
  yield { rows: [withOwn(unwrapped(body, path), own)], requestedAt, limit: 1 };
}

/** The schedule in an answer, which may be wrapped. @throws RechargeError where there is none */
function unwrapped(body: ApiObject, path: string): JsonObject {
  if ('deliveries' in body) return body as JsonObject;
  for (const wrapper of ['deliverySchedule', 'delivery_schedule']) {
    const { [wrapper]: schedule, ...beside } = body;
    if (isObject(schedule) && 'deliveries' in schedule)
      return withOwn(beside as JsonObject, schedule as JsonObject);
  }
  throw broken({ path }, 'the answer has no "deliveries"');
}
