import { describe, expect, it } from 'vitest';
import { latencyByLimit, startSandbox, type FaultKind, type Sandbox, type SandboxOptions } from '../index.ts';
import { FaultPlan } from '../http/faults.ts';
import { ask, idsOf, open, pages, str, watch } from './client.ts';

const start = (options: SandboxOptions = {}) => open({ bucketSize: 100_000, ...options });

async function failing(kind: FaultKind): Promise<Sandbox> {
  const sandbox = await start();
  sandbox.failNext(kind);
  return sandbox;
}

describe('broken bodies', () => {
  it('truncated sends the full Content-Length and half of the bytes, cut inside a string', async () => {
    const sandbox = await failing('truncated');
    const seen = await watch(sandbox, '/orders');
    expect(seen).toMatchObject({ status: 200, end: 'aborted' });
    expect(seen.received).toBeGreaterThan(0);
    expect(seen.received).toBeLessThan(seen.declared ?? 0);
    const whole = await ask(sandbox, '/orders');
    expect(seen.declared).toBe(Buffer.byteLength(whole.text));
    const prefix = Buffer.from(whole.text).subarray(0, seen.received).toString();
    expect(prefix.replaceAll(/\\./g, '').split('"').length % 2).toBe(0);
  });

  it('aborted ends a chunked body midway', async () => {
    const seen = await watch(await failing('aborted'), '/orders');
    expect(seen).toMatchObject({ status: 200, declared: null, end: 'aborted' });
    expect(seen.received).toBeGreaterThan(0);
  });

  it('stall sends the headers, then nothing', async () => {
    const seen = await watch(await failing('stall'), '/orders');
    expect(seen).toMatchObject({ status: 200, received: 0, end: 'silent' });
    expect(seen.declared).toBeGreaterThan(1000);
  });

  it('stallBeforeHeaders sends nothing', async () => {
    expect(await watch(await failing('stallBeforeHeaders'), '/orders')).toMatchObject({
      status: null,
      end: 'silent',
    });
  });

  it('reset resets the connection', async () => {
    expect(await watch(await failing('reset'), '/orders')).toMatchObject({ status: null, end: 'ECONNRESET' });
  });
});

describe('wrong responses', () => {
  it.each([
    ['error500', 500],
    ['error502', 502],
    ['error503', 503],
    ['error504', 504],
  ] as const)('%s has an HTML body', async (kind, status) => {
    const answer = await ask(await failing(kind), '/orders');
    expect([answer.status, answer.headers.get('Content-Type')]).toEqual([status, 'text/html']);
    expect(answer.text).toMatch(/^<html>/);
  });

  it('conflict409 says that a call to the route is already in progress', async () => {
    const answer = await ask(await failing('conflict409'), '/orders');
    expect([answer.status, answer.body]).toEqual([
      409,
      { error: 'A call to this route is already in progress.' },
    ]);
  });

  it('random429 comes although the bucket has room', async () => {
    const answer = await ask(await failing('random429'), '/orders');
    expect([answer.status, answer.body]).toEqual([429, { warning: 'too many requests' }]);
    expect(answer.headers.get('X-Recharge-Limit')).toBe('1/100000');
  });

  it('notJson is 200 with HTML, missingKey is 200 without the list', async () => {
    const html = await ask(await failing('notJson'), '/orders');
    expect([html.status, html.text.startsWith('<html>')]).toEqual([200, true]);
    const bare = await ask(await failing('missingKey'), '/orders');
    expect([bare.status, bare.body]).toEqual([200, { next_cursor: null, previous_cursor: null }]);
  });
});

// docs/recharge-api.md#slow-answers
describe('latency', () => {
  it('is a number or a function of the request, and can change while the sandbox runs', async () => {
    const sandbox = await start({ latencyMs: (request) => (request.path === '/orders' ? request.limit : 0) });
    const time = async (path: string): Promise<number> => {
      const from = performance.now();
      await ask(sandbox, path);
      return performance.now() - from;
    };
    await time('/customers');
    expect(await time('/customers')).toBeLessThan(100);
    expect(await time('/orders?limit=150')).toBeGreaterThanOrEqual(145);
    sandbox.setLatency(120);
    expect(await time('/customers')).toBeGreaterThanOrEqual(115);
  });

  it('by limit makes 250 payment methods take more than a minute, and 50 much less', () => {
    const latency = latencyByLimit(4);
    const request = (path: string, limit: number): Parameters<typeof latency>[0] => ({
      method: 'GET',
      path,
      query: new URLSearchParams(),
      version: '2021-11',
      limit,
    });
    expect(latency(request('/orders', 250))).toBe(1000);
    expect(latency(request('/payment_methods', 250))).toBeGreaterThan(60_000);
    expect(latency(request('/payment_methods', 50))).toBeLessThan(20_000);
  });
});

// docs/recharge-api.md#slow-answers
describe('heavy requests', () => {
  it('answers 504 for a window of more than heavyWindowRows rows without a cursor, with any limit', async () => {
    const sandbox = await start({ heavyWindowRows: 200 });
    const wide = await ask(sandbox, '/orders?limit=10&updated_at_min=2020-01-01&sort_by=updated_at-asc');
    expect([wide.status, wide.text.startsWith('<html>')]).toEqual([504, true]);
    const { body } = await ask(sandbox, '/orders?limit=10&sort_by=updated_at-asc');
    expect((await ask(sandbox, `/orders?limit=10&cursor=${str(body['next_cursor'])}`)).status).toBe(200);
    const rows = sandbox.rows('orders');
    const from = str(rows.at(-100)?.['created_at']).replace('+00:00', 'Z');
    const narrow = await pages(sandbox, `/orders?created_at_min=${from}`, 50);
    expect(narrow.flatMap(idsOf).length).toBeGreaterThan(50);
  });

  it('answers 504 for a limit above heavyPageRows, also with a cursor', async () => {
    const sandbox = await start({ heavyPageRows: 100 });
    expect((await ask(sandbox, '/orders?limit=101')).status).toBe(504);
    const page = await ask(sandbox, '/orders?limit=100');
    expect(page.status).toBe(200);
    expect((await ask(sandbox, `/orders?limit=250&cursor=${str(page.body['next_cursor'])}`)).status).toBe(
      504,
    );
  });
});

describe('planned faults', () => {
  it('failNext fails the given number of matching requests', async () => {
    const sandbox = await start();
    sandbox.failNext('error500', 2, '/orders');
    sandbox.failNext('error503', 1, ({ query }) => query.get('limit') === '7');
    const statuses: number[] = [];
    for (const path of ['/customers', '/orders', '/customers?limit=7', '/orders', '/orders']) {
      statuses.push((await ask(sandbox, path)).status);
    }
    expect(statuses).toEqual([200, 500, 503, 500, 200]);
  });

  it('answerNext answers with the given status, headers and text', async () => {
    const sandbox = await start();
    sandbox.answerNext(
      { status: 520, headers: { 'Retry-After': '3' }, body: '{"error":"odd"}' },
      1,
      '/orders',
    );
    expect((await ask(sandbox, '/customers')).status).toBe(200);
    const odd = await ask(sandbox, '/orders');
    expect([odd.status, odd.headers.get('Retry-After'), odd.body]).toEqual([520, '3', { error: 'odd' }]);
    expect(sandbox.requests.at(-1)).toMatchObject({ status: 520, bytes: 15 });
  });

  it('come as often as their probability says, and the same for the same seed', () => {
    const draw = (seed: number): unknown[] => {
      const plan = new FaultPlan({ truncated: 0.1, error500: 0.05 }, seed);
      const request = {
        method: 'GET',
        path: '/',
        query: new URLSearchParams(),
        version: '2021-11',
        limit: 50,
      };
      return Array.from({ length: 10_000 }, () => plan.next(request));
    };
    const drawn = draw(3);
    const times = (kind: string): number => drawn.filter((each) => each === kind).length;
    expect(times('truncated') / 10_000).toBeCloseTo(0.1, 1);
    expect(times('error500') / 10_000).toBeCloseTo(0.05, 1);
    expect(drawn).toEqual(draw(3));
    expect(drawn).not.toEqual(draw(4));
  });

  it('setFaults changes the probabilities of a running sandbox', async () => {
    const sandbox = await start({ faults: { error500: 1 } });
    expect((await ask(sandbox, '/orders')).status).toBe(500);
    sandbox.setFaults({});
    expect((await ask(sandbox, '/orders')).status).toBe(200);
  });

  it('close ends stalled connections', async () => {
    const sandbox = await startSandbox();
    sandbox.failNext('stallBeforeHeaders');
    const hanging = watch(sandbox, '/orders', 20_000);
    await new Promise((resolve) => setTimeout(resolve, 50));
    await sandbox.close();
    expect((await hanging).end).toBe('ECONNRESET');
  });
});
