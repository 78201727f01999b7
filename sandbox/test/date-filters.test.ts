import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../json.ts';
import { ask, FROZEN, idsOf, listOf, roomy, shared, str } from './client.ts';

const sandbox = await shared(FROZEN);

// docs/recharge-api.md#date-filters
describe('date filters', () => {
  const count = async (value: string): Promise<number | string> => {
    const answer = await ask(sandbox, `/orders/count?updated_at_min=${encodeURIComponent(value)}`, '2021-01');
    return answer.status === 200 ? (answer.body['count'] as number) : answer.text;
  };

  it('reads every form that clients send as the same time', async () => {
    const expected = sandbox.rows('orders').filter((row) => str(row['updated_at']) >= '2025-11-01').length;
    const forms = [
      '2025-11-01',
      '2025-11-01T00:00:00',
      '2025-11-01 00:00:00',
      '2025-11-01T00:00:00Z',
      '2025-11-01T00:00:00+00:00',
      '2025-11-01T00:00:00+0000',
      '2025-11-01 00:00:00+00:00',
      '2025-10-31T20:00:00-04:00',
      '2025-11-01T00:00:00.000Z',
    ];
    for (const form of forms) expect([form, await count(form)]).toEqual([form, expected]);
    expect(expected).toBeGreaterThan(50);
  });

  it.each(['test', '2025-02-31', '2025-13-01', '2025-11-01T25:00:00Z', '20251101', '1700000000', ''])(
    'refuses %s with the recorded message',
    async (value) => {
      const message = `Invalid date: ${value}. Must be a valid ISO-8601 datetime string`;
      expect(await count(value)).toBe(JSON.stringify({ errors: { updated_at_min: [message] } }));
    },
  );

  it('reads the plus sign of an offset as a space unless it is percent-encoded', async () => {
    expect((await ask(sandbox, '/orders?updated_at_min=2025-11-01T00:00:00+00:00')).status).toBe(422);
  });

  it('reads a value without offset in naiveZone', async () => {
    const row = sandbox.rows('orders')[250] as JsonObject;
    const at = new Date(str(row['updated_at']));
    const wall = new Date(at.getTime() - 3600_000).toISOString().slice(0, 19);
    const other = await roomy({ naiveZone: 'Etc/GMT+1', ...FROZEN });
    const path = (bound: string): string => `/orders?ids=${str(row['id'])}&${bound}=${wall}`;
    expect(idsOf(await ask(other, path('updated_at_min')))).toEqual([row['id']]);
    expect(idsOf(await ask(other, path('updated_at_max')))).toEqual([row['id']]);
    expect(idsOf(await ask(sandbox, path('updated_at_max')))).toEqual([]);
  });

  it('includes both ends', async () => {
    const [row] = sandbox.rows('orders').slice(300);
    const at = str(row?.['updated_at']).replace('+00:00', 'Z');
    const answer = await ask(sandbox, `/orders?limit=250&updated_at_min=${at}&updated_at_max=${at}`);
    expect(idsOf(answer)).toContain(row?.['id']);
    expect(listOf(answer).every((other) => other['updated_at'] === row?.['updated_at'])).toBe(true);
  });
});
