import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { responseOf } from '../recharge/response.fixture.ts';
import type { ApiResponse } from '../recharge/response.ts';
import type { RechargeClient } from '../recharge/client.ts';
import type { ApiRequest } from '../recharge/request.ts';
import { readAlone } from '../sync/read-stream.fixture.ts';
import { Events } from './events.ts';

const hour = 3_600_000;
const apiTime = Date.parse('2024-05-15T12:00:00Z');

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'] });
});
afterEach(() => {
  vi.useRealTimers();
});

it('a machine whose clock is ahead leaves out no event that the API still has', async () => {
  vi.setSystemTime(apiTime + 20 * hour);
  const created_at = '2024-05-08T14:00:00+00:00';
  const asked: unknown[] = [];
  const get = async (ask: () => ApiRequest): Promise<ApiResponse> => {
    asked.push(ask().query?.['created_at_min']);
    return responseOf({ next_cursor: null, events: [{ id: 1, created_at }] }, apiTime);
  };
  const window = { start: 0, lookback: 0, settling: 0 };
  const events = new Events({ client: { get } as unknown as RechargeClient, window });
  const state = { created_at: '2024-05-08T13:00:00+00:00' };
  const { rows } = await readAlone(events, { state });
  expect(rows.map(({ id }) => id)).toEqual([1]);
  expect(asked).toEqual(['2024-05-08T13:00:00+00:00']);
});
