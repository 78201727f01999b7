import { request } from 'node:http';
import { describe, expect, it } from 'vitest';
import type { Sandbox } from '../index.ts';
import type { JsonObject } from '../json.ts';
import { ask, open } from './client.ts';

interface Told {
  readonly event: string;
  readonly data: JsonObject;
}

/** What the page is told until `enough`, from the moment it opens. */
async function listen(
  sandbox: Sandbox,
  enough: (told: readonly Told[]) => boolean,
): Promise<readonly Told[]> {
  const cancel = new AbortController();
  const { body } = await fetch(`${sandbox.url}/_sandbox/events`, { signal: cancel.signal });
  const told: Told[] = [];
  let text = '';
  const decoder = new TextDecoder();
  for await (const chunk of body ?? []) {
    text += decoder.decode(chunk as Uint8Array, { stream: true });
    const blocks = text.split('\n\n');
    text = blocks.pop() ?? '';
    for (const block of blocks) {
      const [, event = '', data = ''] = /^event: (\w+)\ndata: (.*)$/.exec(block) ?? [];
      told.push({ event, data: JSON.parse(data) as JsonObject });
    }
    if (enough(told)) break;
  }
  cancel.abort();
  return told;
}

const last = (told: readonly Told[], event: string): JsonObject | undefined =>
  told.findLast((each) => each.event === event)?.data;

/** Moves a switch with any headers, Host among them, which fetch does not allow. */
async function turn(
  sandbox: Sandbox,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
  method = 'POST',
): Promise<{ readonly status: number; readonly text: string }> {
  return new Promise((resolve, reject) => {
    const call = request(
      `${sandbox.url}/_sandbox/faults`,
      { method, headers: { 'Content-Type': 'application/json', ...headers }, agent: false },
      (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (chunk: string) => {
          text += chunk;
        });
        response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
      },
    );
    call.on('error', reject);
    call.end(typeof body === 'string' ? body : JSON.stringify(body));
  });
}

describe('the page at /', () => {
  it('is for browsers; with a token, or without a wish for HTML, / is the API’s', async () => {
    const sandbox = await open({});
    const page = await fetch(`${sandbox.url}/`, { headers: { Accept: 'text/html' } });
    expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    expect(page.headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
    expect(await page.text()).toContain('Harbor &amp; Pine Coffee');
    const api = await ask(sandbox, '/', '2021-11', { Accept: 'text/html' });
    expect([api.status, api.headers.get('content-type')]).toEqual([200, 'application/json']);
    expect((await fetch(`${sandbox.url}/`)).status).toBe(401);
    expect((await fetch(`${sandbox.url}/_sandbox/other`)).status).toBe(404);
    expect((await fetch(`${sandbox.url}/_sandbox/page.js`, { method: 'DELETE' })).status).toBe(405);
  });

  it('tells token, lists with rows, the bucket’s level and requests as they come', async () => {
    const sandbox = await open({ token: 'sk_test_2x1_abc', leakPerSecond: 0.01 });
    let asked = false;
    const told = await listen(sandbox, (so_far) => {
      if (!asked && last(so_far, 'rows')) {
        asked = true;
        void ask(sandbox, '/orders?limit=3');
      }
      return last(so_far, 'requests') !== undefined && last(so_far, 'bucket')?.['used'] !== 0;
    });
    expect(last(told, 'hello')).toEqual({
      token: 'sk_test_2x1_abc',
      startDate: `${sandbox.firstDay}T00:00:00Z`,
      canSwitch: true,
    });
    expect(last(told, 'rows')).toContainEqual({ list: 'orders', count: 500, requests: 0 });
    expect(last(told, 'bucket')).toEqual({ used: 1, size: 40, leak: 0.01 });
    const requests = last(told, 'requests');
    expect([requests?.['total'], requests?.['refused']]).toEqual([1, 0]);
    expect(requests?.['list']).toMatchObject([{ path: '/orders', query: 'limit=3', status: 200, used: 1 }]);
    expect(sandbox.requests).toHaveLength(1);
  });

  it('counts rows as they are made and removed', async () => {
    const sandbox = await open({});
    sandbox.create('orders');
    sandbox.remove('discounts', sandbox.rows('discounts')[3]?.['id'] as number);
    sandbox.remove('orders', sandbox.create('orders')['id'] as number);
    const rows = last(await listen(sandbox, (told) => last(told, 'rows') !== undefined), 'rows');
    expect(rows).toContainEqual({ list: 'orders', count: 501, requests: 0 });
    expect(rows).toContainEqual({ list: 'discounts', count: 319, requests: 0 });
  });
});

describe('the switches', () => {
  it('turn a fault on, for as many requests as the command line said, and off again', async () => {
    const sandbox = await open({ faults: { error500: 1, truncated: 0.5 }, bucketSize: 1000 });
    expect((await ask(sandbox, '/orders')).status).toBe(500);
    expect((await turn(sandbox, { kind: 'error500', on: false })).status).toBe(204);
    expect((await turn(sandbox, { kind: 'truncated', on: false })).status).toBe(204);
    for (let left = 20; left > 0; left -= 1) expect((await ask(sandbox, '/orders')).status).toBe(200);
    await turn(sandbox, { kind: 'error500', on: true });
    expect((await ask(sandbox, '/orders')).status).toBe(500);
    const told = await listen(sandbox, (so_far) => last(so_far, 'faults') !== undefined);
    expect(last(told, 'faults')).toEqual({ error500: 1, truncated: 0 });
  });

  it('one that had no rate meets one request in twenty', async () => {
    const sandbox = await open({ bucketSize: 1000 });
    await turn(sandbox, { kind: 'random429', on: true });
    const statuses: number[] = [];
    for (let left = 300; left > 0; left -= 1) statuses.push((await ask(sandbox, '/store')).status);
    const met = statuses.filter((status) => status === 429).length;
    expect(met).toBeGreaterThan(3);
    expect(met).toBeLessThan(40);
  });

  it.each([
    [{ Origin: 'https://elsewhere.example' }, 403],
    [{ Origin: 'null' }, 403],
    [{ Host: 'elsewhere.example' }, 403],
    [{ Host: 'elsewhere.example', Origin: 'http://elsewhere.example' }, 403],
    [{ Host: '127.0.0.1.elsewhere.example:8787' }, 403],
    [{ 'Content-Type': 'text/plain' }, 415],
  ])('are not moved with %o', async (headers, status) => {
    const sandbox = await open({});
    const answer = await turn(sandbox, { kind: 'error500', on: true }, headers);
    expect([answer.status, answer.text]).toEqual([status, expect.stringMatching(/^[A-Z].*\.$/)]);
    expect((await ask(sandbox, '/orders')).status).toBe(200);
  });

  it('take this machine’s names and the page’s own origin', async () => {
    const sandbox = await open({});
    const { port, host } = new URL(sandbox.url);
    const on = { kind: 'error500', on: true };
    expect((await turn(sandbox, on, { Origin: `http://${host}` })).status).toBe(204);
    const name = `localhost:${port}`;
    expect((await turn(sandbox, on, { Host: name, Origin: `http://${name}` })).status).toBe(204);
  });

  it.each([
    ['no JSON', '{'],
    ['a list', '[]'],
    ['a fault nobody knows', '{"kind":"sadness","on":true}'],
    ['a number for on', '{"kind":"reset","on":1}'],
    ['a text of 5,000 letters', `"${'x'.repeat(5000)}"`],
  ])('say what they want: %s', async (_name, body) => {
    const answer = await turn(await open({}), body);
    expect([answer.status, answer.text.slice(0, 14)]).toEqual([400, 'A switch wants']);
  });

  it('a page of another name may not be read on 127.0.0.1, nor the switches by GET', async () => {
    const sandbox = await open({});
    expect((await turn(sandbox, '', {}, 'GET')).status).toBe(405);
    const status = await new Promise((resolve) => {
      const headers = { Host: 'elsewhere.example', Accept: 'text/html' };
      request(`${sandbox.url}/`, { headers, agent: false }, (response) => {
        response.resume();
        resolve(response.statusCode);
      }).end();
    });
    expect(status).toBe(403);
  });

  it('with --host 0.0.0.0 the page only shows', async () => {
    const sandbox = await open({ host: '0.0.0.0' });
    const told = await listen(sandbox, (so_far) => last(so_far, 'hello') !== undefined);
    expect(last(told, 'hello')?.['canSwitch']).toBe(false);
    const answer = await turn(sandbox, { kind: 'error500', on: true });
    expect([answer.status, answer.text]).toEqual([403, expect.stringContaining('only shows')]);
    expect((await ask(sandbox, '/orders')).status).toBe(200);
  });
});
