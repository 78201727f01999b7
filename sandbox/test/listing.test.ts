import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startSandbox, type Sandbox, type SandboxOptions } from '../index.ts';
import { type JsonObject, objectAt } from '../json.ts';
import { ask, idsOf, listOf, pages, sorted, str } from './client.ts';

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox({ bucketSize: 100_000, now: new Date('2026-03-10T12:00:00Z'), frozen: true });
});
afterAll(async () => {
  await sandbox.close();
});

async function withSandbox(options: SandboxOptions, run: (other: Sandbox) => Promise<void>): Promise<void> {
  const other = await startSandbox({ bucketSize: 100_000, ...options });
  try {
    await run(other);
  } finally {
    await other.close();
  }
}

const errorsOf = (body: JsonObject): string[] => Object.keys(body['errors'] as object);

describe('§10.8 limit', () => {
  it('§10.8 is 50 unless said otherwise, from 1 to 250', async () => {
    expect(idsOf(await ask(sandbox, '/orders'))).toHaveLength(50);
    expect(idsOf(await ask(sandbox, '/orders?limit=1'))).toHaveLength(1);
    expect(idsOf(await ask(sandbox, '/orders?limit=250'))).toHaveLength(250);
  });

  it.each(['0', '251', '-1', 'ten', '', '1.5'])('§10.8 limit=%s is refused', async (limit) => {
    const answer = await ask(sandbox, `/orders?limit=${limit}`);
    expect([answer.status, errorsOf(answer.body)]).toEqual([422, ['limit']]);
  });
});

describe('§10.9 and §10.10 order', () => {
  it('§10.9 id descending unless said otherwise', async () => {
    const ids = idsOf(await ask(sandbox, '/orders?limit=250'));
    expect(ids).toEqual(ids.toSorted((a, b) => b - a));
  });

  it('§10.10 ties are broken by id in the direction of the sort', async () => {
    for (const direction of [1, -1]) {
      const rows = (
        await pages(sandbox, `/discounts?sort_by=updated_at-${direction === 1 ? 'asc' : 'desc'}`, 100)
      ).flatMap(listOf);
      const keys = rows.map((row) => [row['updated_at'] as string, row['id'] as number] as const);
      const expected = keys.toSorted(([a, b], [c, d]) => direction * (a === c ? b - d : a < c ? -1 : 1));
      expect(keys).toEqual(expected);
      expect(new Set(keys.map(([at]) => at)).size).toBeLessThan(keys.length / 2);
    }
  });

  it.each([
    '/orders?sort_by=total_price-asc',
    '/orders?sort_by=updated_at',
    '/addresses?sort_by=created_at-asc',
    '/payment_methods?sort_by=id-asc',
    '/payment_methods?sort_by=updated_at-asc',
    '/events?sort_by=created_at-asc',
    '/accounts?sort_by=id-asc',
    '/credit_accounts?sort_by=updated_at-asc',
  ])('§10.9 %s is refused', async (path) => {
    const answer = await ask(sandbox, path);
    expect([answer.status, errorsOf(answer.body)]).toEqual([422, ['sort_by']]);
  });

  it('§10.9 nulls come first in ascending order, and cursors pass them', async () => {
    const rows = (await pages(sandbox, '/credit_accounts?sort_by=expires_at-asc', 7)).flatMap(listOf);
    const ends = rows.map((row) => (row['expires_at'] as string | null) ?? '');
    expect(ends).toEqual(sorted(ends));
    expect(ends.filter((end) => end === '').length).toBeGreaterThan(7);
    expect(rows).toHaveLength(40);
  });

  it('§10.9 collections sort by title across pages', async () => {
    for (const direction of ['asc', 'desc']) {
      const rows = (await pages(sandbox, `/collections?sort_by=title-${direction}`, 5)).flatMap(listOf);
      expect(new Set(rows.map((row) => row['id'])).size).toBe(24);
    }
  });
});

describe('§10.11 envelopes', () => {
  it('§10.11 2021-11: cursors, then the list; null at the ends', async () => {
    const found = await pages(sandbox, '/customers', 50);
    expect(found.map(({ body }) => Object.keys(body))).toEqual(
      Array.from({ length: 3 }, () => ['next_cursor', 'previous_cursor', 'customers']),
    );
    expect(found.map(({ body }) => [body['previous_cursor'] !== null, body['next_cursor'] !== null])).toEqual(
      [
        [false, true],
        [true, true],
        [true, false],
      ],
    );
  });

  it('§10.11 previous_cursor leads back', async () => {
    const [first, second, third] = await pages(sandbox, '/orders?sort_by=updated_at-asc', 30);
    const back = await ask(sandbox, `/orders?limit=30&cursor=${str(third?.body['previous_cursor'])}`);
    expect(idsOf(back)).toEqual(second && idsOf(second));
    const start = await ask(sandbox, `/orders?limit=30&cursor=${str(back.body['previous_cursor'])}`);
    expect(idsOf(start)).toEqual(first && idsOf(first));
    expect(start.body['previous_cursor']).toBeNull();
    const onward = await ask(sandbox, `/orders?limit=30&cursor=${str(start.body['next_cursor'])}`);
    expect(idsOf(onward)).toEqual(second && idsOf(second));
  });

  it('§10.11 2021-01: the list alone, and Link with an absolute URL', async () => {
    const seen: number[] = [];
    let path: string | undefined = '/products?limit=100';
    let requests = 0;
    while (path !== undefined) {
      const answer = await ask(sandbox, path, '2021-01');
      expect(Object.keys(answer.body)).toEqual(['products']);
      seen.push(...idsOf(answer));
      const link = /<([^>]+)>; rel="next"/.exec(answer.headers.get('Link') ?? '')?.[1];
      expect(link === undefined || link.startsWith(`${sandbox.url}/products?`)).toBe(true);
      path = link?.slice(sandbox.url.length);
      requests += 1;
    }
    expect([new Set(seen).size, seen.length, requests]).toEqual([300, 300, 3]);
  });

  it('§10.11 Link may hold the cursor under another name, page numbers, or be missing', async () => {
    await withSandbox({ linkStyle: 'page_info' }, async (other) => {
      const answer = await ask(other, '/orders?limit=2', '2021-01');
      const link = /<([^>]+)>; rel="next"/.exec(answer.headers.get('Link') ?? '')?.[1] ?? '';
      expect(new URL(link).searchParams.has('page_info')).toBe(true);
      expect(idsOf(await ask(other, link.slice(other.url.length), '2021-01'))).toHaveLength(2);
    });
    await withSandbox({ linkStyle: 'page' }, async (other) => {
      const answer = await ask(other, '/orders?limit=2&status=success', '2021-01');
      expect(answer.headers.get('Link')).toBe(
        `<${other.url}/orders?limit=2&status=success&page=2>; rel="next"`,
      );
    });
    await withSandbox({ linkStyle: 'none' }, async (other) => {
      expect((await ask(other, '/orders?limit=2', '2021-01')).headers.get('Link')).toBeNull();
    });
  });

  it('an exactly full last page ends with null, or by the switch with a cursor to an empty page', async () => {
    const found = await pages(sandbox, '/orders', 250);
    expect(found.map((page) => idsOf(page).length)).toEqual([250, 250]);
    await withSandbox({ fullLastPage: 'cursor' }, async (other) => {
      const more = await pages(other, '/orders', 250);
      expect(more.map((page) => idsOf(page).length)).toEqual([250, 250, 0]);
    });
  });

  it('an empty result is 200 with an empty list', async () => {
    const answer = await ask(sandbox, '/orders?customer_id=1');
    expect([answer.status, answer.body]).toEqual([
      200,
      { next_cursor: null, previous_cursor: null, orders: [] },
    ]);
  });
});

describe('§10.12 to §10.14 cursors', () => {
  it('§10.12 is URL-safe base64 of the recorded members, in order', async () => {
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

  it('§10.12 carries sort and filters', async () => {
    const path = '/orders?sort_by=updated_at-asc&status=queued&updated_at_min=2025-06-01';
    const rows = (await pages(sandbox, path, 2)).flatMap(listOf);
    const expected = sandbox
      .rows('orders')
      .filter((row) => row['status'] === 'queued' && str(row['updated_at']) >= '2025-06-01');
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
  ])('§10.13 a cursor beside %s is refused', async (other) => {
    const { body } = await ask(sandbox, '/orders?limit=2');
    const answer = await ask(sandbox, `/orders?cursor=${str(body['next_cursor'])}&${other}`);
    expect([answer.status, errorsOf(answer.body)]).toEqual([422, ['_schema']]);
  });

  it('§10.13 limit may stand beside it, another one too unless the switch forbids', async () => {
    const { body } = await ask(sandbox, '/orders?limit=2');
    expect(idsOf(await ask(sandbox, `/orders?limit=7&cursor=${str(body['next_cursor'])}`))).toHaveLength(7);
    await withSandbox({ otherLimitBesideCursor: 'refuse' }, async (strict) => {
      const page = await ask(strict, '/orders?limit=2');
      const next = `/orders?cursor=${str(page.body['next_cursor'])}`;
      expect((await ask(strict, `${next}&limit=7`)).status).toBe(422);
      expect((await ask(strict, `${next}&limit=2`)).status).toBe(200);
    });
  });

  it('§10.14 a cursor of nowhere or elsewhere is refused as recorded', async () => {
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

describe('§10.15 page numbers', () => {
  it.each(['2021-01', '2021-11'] as const)(
    '§10.15 are taken in %s, and counted on in Link',
    async (version) => {
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
    },
  );

  it('§10.15 more than 100 pages are refused without a cursor', async () => {
    for (const page of [1, 2, 101])
      expect((await ask(sandbox, `/orders?limit=4&page=${page}`, '2021-01')).status).toBe(422);
    expect((await ask(sandbox, '/orders?limit=5&page=100', '2021-01')).status).toBe(200);
    expect((await ask(sandbox, '/orders?limit=4', '2021-01')).status).toBe(200);
    await withSandbox({ pageRule: 'beyond' }, async (other) => {
      expect((await ask(other, '/orders?limit=4&page=100', '2021-01')).status).toBe(200);
      expect((await ask(other, '/orders?limit=4&page=101', '2021-01')).status).toBe(422);
    });
    await withSandbox({ pageRule: 'off' }, async (other) => {
      expect(idsOf(await ask(other, '/orders?limit=4&page=101', '2021-01'))).toHaveLength(4);
    });
  });
});

describe('§10.16 counts', () => {
  it('§10.16 2021-01 counts a list as it is filtered; 2021-11 has no such path', async () => {
    expect((await ask(sandbox, '/orders/count', '2021-01')).body).toEqual({ count: 500 });
    const queued = sandbox.rows('orders').filter((row) => row['status'] === 'queued').length;
    expect((await ask(sandbox, '/orders/count?status=queued', '2021-01')).body).toEqual({ count: queued });
    expect((await ask(sandbox, '/orders/count')).status).toBe(404);
  });
});

describe('§10.17 and §10.18 date filters', () => {
  const count = async (value: string): Promise<number | string> => {
    const answer = await ask(sandbox, `/orders/count?updated_at_min=${encodeURIComponent(value)}`, '2021-01');
    return answer.status === 200 ? (answer.body['count'] as number) : answer.text;
  };

  it('§10.17 every form that clients send means the same', async () => {
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
    '§10.17 %s is refused in the recorded words',
    async (value) => {
      const message = `Invalid date: ${value}. Must be a valid ISO-8601 datetime string`;
      expect(await count(value)).toBe(JSON.stringify({ errors: { updated_at_min: [message] } }));
    },
  );

  it('§10.17 an offset’s plus sign, not percent-encoded, is a space', async () => {
    expect((await ask(sandbox, '/orders?updated_at_min=2025-11-01T00:00:00+00:00')).status).toBe(422);
  });

  it('§10.17 without offset the switch tells the zone', async () => {
    const row = sandbox.rows('orders')[250] as JsonObject;
    const at = new Date(str(row['updated_at']));
    const wall = new Date(at.getTime() - 3600_000).toISOString().slice(0, 19);
    await withSandbox(
      { naiveZone: 'Etc/GMT+1', now: new Date('2026-03-10T12:00:00Z'), frozen: true },
      async (other) => {
        const path = (bound: string): string => `/orders?ids=${str(row['id'])}&${bound}=${wall}`;
        expect(idsOf(await ask(other, path('updated_at_min')))).toEqual([row['id']]);
        expect(idsOf(await ask(other, path('updated_at_max')))).toEqual([row['id']]);
        expect(idsOf(await ask(sandbox, path('updated_at_max')))).toEqual([]);
      },
    );
  });

  it('§10.18 both ends are inclusive', async () => {
    const [row] = sandbox.rows('orders').slice(300);
    const at = str(row?.['updated_at']).replace('+00:00', 'Z');
    const answer = await ask(sandbox, `/orders?limit=250&updated_at_min=${at}&updated_at_max=${at}`);
    expect(idsOf(answer)).toContain(row?.['id']);
    expect(listOf(answer).every((other) => other['updated_at'] === row?.['updated_at'])).toBe(true);
  });

  it('§10.18 windows laid end to end miss nothing, whatever the sort', async () => {
    for (const sort of [
      '',
      '&sort_by=updated_at-asc',
      '&sort_by=updated_at-desc',
      '&sort_by=created_at-asc',
    ]) {
      const seen = new Set<number>();
      for (let year = 2022; year <= 2026; year += 1) {
        const window = `updated_at_min=${year}-01-01T00:00:00Z&updated_at_max=${year}-12-31T23:59:59Z`;
        for (const page of await pages(sandbox, `/orders?${window}${sort}`, 200))
          for (const id of idsOf(page)) seen.add(id);
      }
      expect(seen.size).toBe(500);
    }
  });
});

describe('§10.19 and §10.20 filters', () => {
  it('§10.19 ids and status take lists', async () => {
    const all = sandbox.rows('orders');
    const ids = [3, 77, 400].map((at) => all[at]?.['id'] as number);
    expect(sorted(idsOf(await ask(sandbox, `/orders?ids=${ids.join(',')}`)))).toEqual(sorted(ids));
    const some = await ask(sandbox, '/orders?limit=250&status=queued,cancelled');
    expect(new Set(listOf(some).map((row) => row['status']))).toEqual(new Set(['queued', 'cancelled']));
  });

  it.each([
    ['customers', 'email', 'email'],
    ['subscriptions', 'customer_id', 'customer_id'],
    ['subscriptions', 'status', 'status'],
    ['discounts', 'discount_code', 'code'],
    ['events', 'verbs', 'verb'],
    ['events', 'object_type', 'object_type'],
    ['plans', 'type', 'type'],
  ] as const)('%s can be filtered by %s', async (resource, parameter, field) => {
    const row = listOf(await ask(sandbox, `/${resource}`))[5] as JsonObject;
    const value = str(row[field]);
    const found = listOf(
      await ask(sandbox, `/${resource}?limit=250&${parameter}=${encodeURIComponent(value)}`),
    );
    expect(found.length).toBeGreaterThan(0);
    expect(found.every((each) => str(each[field]) === value)).toBe(true);
  });

  it('charges and orders can be filtered by their customer', async () => {
    const customer = objectAt(listOf(await ask(sandbox, '/orders'))[0] ?? {}, 'customer')['id'] as number;
    for (const list of ['orders', 'charges']) {
      const found = listOf(await ask(sandbox, `/${list}?customer_id=${customer}`));
      expect(found.length).toBeGreaterThan(0);
      expect(found.every((row) => (row['customer'] as JsonObject)['id'] === customer)).toBe(true);
    }
  });

  it('§10.19 metafields want an owner_resource that exists', async () => {
    for (const path of ['/metafields', '/metafields?owner_resource=', '/metafields?owner_resource=cat']) {
      const answer = await ask(sandbox, path);
      expect([answer.status, errorsOf(answer.body)]).toEqual([422, ['owner_resource']]);
    }
    const rows = sandbox.served('/metafields?owner_resource=subscription');
    expect(new Set(rows.map((row) => row['owner_resource']))).toEqual(new Set(['subscription']));
  });

  it.each([
    '/metafields?owner_resource=store&updated_at_min=2025-01-01',
    '/accounts?created_at_min=2025-01-01',
  ])('§10.20 %s is refused', async (path) => {
    expect((await ask(sandbox, path)).status).toBe(422);
  });

  it('§10.20 2021-11 products take no time filter', async () => {
    await withSandbox({ platform: 'custom' }, async (other) => {
      expect((await ask(other, '/products?updated_at_min=2025-01-01')).status).toBe(422);
      expect((await ask(other, '/products?sort_by=id-asc')).status).toBe(422);
      expect((await ask(other, '/products')).status).toBe(200);
    });
  });

  it.each(['collections', 'bundle_selections', 'credit_adjustments', 'payment_methods'] as const)(
    '§10.20 the time filter of %s is ignored, honoured or refused',
    async (list) => {
      const path = `/${list}?limit=250&include_deleted=true&updated_at_min=2025-12-01T00:00:00Z`;
      const lengths: (number | string)[] = [];
      for (const rule of ['ignore', 'honour', 'refuse'] as const) {
        await withSandbox(
          { timeFilters: { [list]: rule }, now: new Date('2026-03-10T12:00:00Z'), frozen: true },
          async (other) => {
            const answer = await ask(other, path);
            lengths.push(answer.status === 200 ? listOf(answer).length : `${answer.status}`);
          },
        );
      }
      const all = sandbox.rows(list);
      const later = all.filter((row) => Date.parse(str(row['updated_at'])) >= Date.parse('2025-12-01'));
      expect(later.length).toBeLessThan(all.length);
      expect(lengths).toEqual([all.length, later.length, '422']);
    },
  );

  it('§10.9 the time sort of collections is ignored, honoured or refused', async () => {
    for (const rule of ['ignore', 'honour', 'refuse'] as const) {
      await withSandbox({ timeSorts: { collections: rule } }, async (other) => {
        const answer = await ask(other, '/collections?sort_by=updated_at-asc');
        const times = listOf(answer).map((row) => str(row['updated_at']));
        const rising =
          times.length > 0 && times.every((time, at) => at === 0 || time >= (times[at - 1] as string));
        expect([answer.status, rising]).toEqual([rule === 'refuse' ? 422 : 200, rule === 'honour']);
      });
    }
  });

  it('an unknown parameter is ignored, or by the switch refused', async () => {
    expect((await ask(sandbox, '/orders?colour=red')).status).toBe(200);
    await withSandbox({ unknownParameters: 'refuse' }, async (strict) => {
      expect((await ask(strict, '/orders?colour=red')).status).toBe(422);
      expect(
        (await ask(strict, '/orders?include=customer&limit=3&sort_by=id-asc&status=success')).status,
      ).toBe(200);
    });
  });

  it('children are listed below their parent, and only its own', async () => {
    const batch = sandbox.rows('async_batches')[3]?.['id'] as number;
    const tasks = sandbox.rows('async_batch_tasks').filter((row) => row['batch_id'] === batch);
    const found = await pages(sandbox, `/async_batches/${batch}/tasks`, 2);
    expect(sorted(found.flatMap(idsOf))).toEqual(sorted(tasks.map((row) => row['id'])));
    expect(Object.keys(found[0]?.body ?? {})).toContain('async_batch_tasks');
    expect((await ask(sandbox, '/async_batches/1/tasks')).status).toBe(404);
    const account = sandbox.rows('credit_accounts')[0]?.['id'] as number;
    expect((await ask(sandbox, `/credit_accounts/${account}/credit_adjustments`)).status).toBe(200);
    const customer = sandbox.rows('customers')[0]?.['id'] as number;
    expect(listOf(await ask(sandbox, `/customers/${customer}/addresses`, '2021-01')).length).toBeGreaterThan(
      0,
    );
  });
});
