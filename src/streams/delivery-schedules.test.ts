import { expect, it } from 'vitest';
import { type JsonObject, parseLossless } from '../airbyte/index.ts';
import type { RechargeClient } from '../recharge/client.ts';
import type { ApiRequest } from '../recharge/request.ts';
import { responseOf } from '../recharge/response.fixture.ts';
import { readAlone } from '../sync/read-stream.fixture.ts';
import { DeliverySchedules } from './delivery-schedules.ts';

/** The row that an answer, as JSON text, makes for customer 52, and how many rows had no key. */
async function rowOf(answer: string) {
  const get = (ask: ApiRequest | (() => ApiRequest)) => {
    const { path } = typeof ask === 'function' ? ask() : ask;
    const customers = { customers: [{ id: 52, subscriptions_active_count: 1 }], next_cursor: null };
    return path === '/customers'
      ? responseOf(customers, 0)
      : { body: parseLossless(answer) as JsonObject, link: undefined, requestedAt: 0 };
  };
  const client = { get: async (ask: ApiRequest) => get(ask) } as unknown as RechargeClient;
  const stream = new DeliverySchedules({ client, window: { start: 0, lookback: 0, settling: 0 } });
  const keyless: unknown[] = [];
  const onKeylessRow = (place: unknown) => keyless.push(place);
  const { rows } = await readAlone(stream, { syncMode: 'full_refresh', onKeylessRow });
  return { rows: JSON.parse(JSON.stringify(rows)), keyless };
}

it.each([
  ['999999', { customer_id_: 999999 }],
  ['"abc"', { customer_id_: 'abc' }],
  ['null', undefined],
  ['52', undefined],
])(
  "stands under the customer that was asked for where the answer's own customer_id is %s",
  async (sent, beside) => {
    const { rows, keyless } = await rowOf(`{"deliveries":[],"customer_id":${sent}}`);
    expect(rows).toEqual([
      { customer_id: 52, deliveries: [], ...(beside && { _ab_additional_properties: beside }) },
    ]);
    expect(keyless).toEqual([]);
  },
);

it('keeps a field beside the wrapper that is called like one within it', async () => {
  const { rows } = await rowOf(
    '{"delivery_schedule":{"deliveries":[],"customer":{"id":50}},"customer":{"id":777},"extra":1}',
  );
  expect(rows).toEqual([
    {
      customer_id: 52,
      deliveries: [],
      customer: { id: 50 },
      _ab_additional_properties: { customer_: { id: 777 }, extra: 1 },
    },
  ]);
});
