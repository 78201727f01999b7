import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../json.ts';
import { ask, errorsOf, FROZEN, idsOf, listOf, pages, roomy, shared, sorted, str } from './client.ts';

const sandbox = await shared(FROZEN);

// docs/recharge-api.md#cursors
describe('cursors', () => {
  it('is URL-safe base64 of the recorded members, in order', async () => {
    const answer = await ask(sandbox, '/customers?limit=2');
    const text = str(answer.body['next_cursor']);
    expect(text).toMatch(/^[\w-]+$/);
    const body = JSON.parse(Buffer.from(text, 'base64url').toString()) as JsonObject;
    const [, last] = idsOf(answer);
    expect(Object.entries(body).slice(0, 4)).toEqual([
      ['starting_before_id', last],
      ['last_value', last],
      ['sort_by', 'id-desc'],
      ['cursor_dir', 'next'],
    ]);
  });

  it('carries sort and filters', async () => {
    const path = '/orders?sort_by=updated_at-asc&status=cancelled&updated_at_min=2025-06-01';
    const rows = (await pages(sandbox, path, 2)).flatMap(listOf);
    const expected = sandbox
      .rows('orders')
      .filter((row) => row['status'] === 'cancelled' && str(row['updated_at']) >= '2025-06-01');
    expect(expected.length).toBeGreaterThan(4);
    expect(sorted(rows.map((row) => row['id']))).toEqual(sorted(expected.map((row) => row['id'])));
  });

  it.each([
    'sort_by=id-desc',
    'status=success',
    'updated_at_min=2025-01-01',
    'include=customer',
    'page=2',
    'whatever=1',
  ])('a cursor beside %s is refused', async (other) => {
    const { body } = await ask(sandbox, '/orders?limit=2');
    const answer = await ask(sandbox, `/orders?cursor=${str(body['next_cursor'])}&${other}`);
    expect([answer.status, errorsOf(answer)]).toEqual([422, ['_schema']]);
  });

  it('limit may stand beside it, another one too unless the switch forbids', async () => {
    const { body } = await ask(sandbox, '/orders?limit=2');
    expect(idsOf(await ask(sandbox, `/orders?limit=7&cursor=${str(body['next_cursor'])}`))).toHaveLength(7);
    const strict = await roomy({ otherLimitBesideCursor: 'refuse' });
    const page = await ask(strict, '/orders?limit=2');
    const next = `/orders?cursor=${str(page.body['next_cursor'])}`;
    expect((await ask(strict, `${next}&limit=7`)).status).toBe(422);
    expect((await ask(strict, `${next}&limit=2`)).status).toBe(200);
  });

  it('a cursor of nowhere or elsewhere is refused as recorded', async () => {
    const { body } = await ask(sandbox, '/customers?limit=2');
    const wrong = [
      'nonsense',
      '%22',
      Buffer.from('{"sort_by":"id-desc"}').toString('base64url'),
      Buffer.from('[]').toString('base64url'),
      str(body['next_cursor']),
    ];
    for (const cursor of wrong) {
      const answer = await ask(sandbox, `/orders?cursor=${cursor}`);
      expect([cursor, answer.status, answer.body]).toEqual([
        cursor,
        422,
        { errors: { cursor: ['Invalid value'] } },
      ]);
    }
  });
});

// docs/recharge-api.md#page-numbers
describe('page numbers', () => {
  it.each(['2021-01', '2021-11'] as const)('are taken in %s, and counted on in Link', async (version) => {
    const seen: number[] = [];
    for (let page = 1; page <= 5; page += 1) {
      const answer = await ask(sandbox, `/orders?limit=100&page=${page}`, version);
      seen.push(...idsOf(answer));
      if (version === '2021-01' && page < 5)
        expect(answer.headers.get('Link')).toContain(`page=${page + 1}>; rel="next"`);
    }
    expect(new Set(seen).size).toBe(500);
    expect(idsOf(await ask(sandbox, '/orders?limit=100&page=6', version))).toEqual([]);
    expect((await ask(sandbox, '/orders?page=0', version)).status).toBe(422);
  });

  it('more than 100 pages are refused without a cursor', async () => {
    for (const page of [1, 2, 101])
      expect((await ask(sandbox, `/orders?limit=4&page=${page}`, '2021-01')).status).toBe(422);
    expect((await ask(sandbox, '/orders?limit=5&page=100', '2021-01')).status).toBe(200);
    expect((await ask(sandbox, '/orders?limit=4', '2021-01')).status).toBe(200);
    const beyond = await roomy({ pageRule: 'beyond' });
    expect((await ask(beyond, '/orders?limit=4&page=100', '2021-01')).status).toBe(200);
    expect((await ask(beyond, '/orders?limit=4&page=101', '2021-01')).status).toBe(422);
    const off = await roomy({ pageRule: 'off' });
    expect(idsOf(await ask(off, '/orders?limit=4&page=101', '2021-01'))).toHaveLength(4);
  });
});
