import { type ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createBrotliCompress, constants, createGzip, gzipSync } from 'node:zlib';
import { once } from 'node:events';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { type Sandbox, startSandbox } from '../../sandbox/index.ts';
import { configFor, quickToken, sync } from './connection.ts';
import { rowsOf } from './expectations.ts';
import { startFront, withRows } from './front.ts';

/** Answers of any size: what memory holds of them is bounded. */
let sandbox: Sandbox;
beforeEach(async () => {
  sandbox = await startSandbox({ token: quickToken, size: { orders: 20 } });
});
afterEach(() => sandbox.close());

/** Whitespace, which is JSON as far as it goes, so many MB of it in a few kB. */
async function bomb(
  packer: ReturnType<typeof createGzip> | ReturnType<typeof createBrotliCompress>,
  megabytes: number,
): Promise<Buffer> {
  const chunks: Buffer[] = [];
  packer.on('data', (chunk: Buffer) => chunks.push(chunk));
  const blank = Buffer.alloc(2 ** 20, ' ');
  for (let made = 0; made < megabytes; made += 1) if (!packer.write(blank)) await once(packer, 'drain');
  packer.end();
  await once(packer, 'end');
  return Buffer.concat(chunks);
}

let bombs: Readonly<Record<string, Buffer>>;
beforeAll(async () => {
  const fast = { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } };
  const [br, gzip] = await Promise.all([
    bomb(createBrotliCompress(fast), 200),
    bomb(createGzip({ level: 1 }), 300),
  ]);
  bombs = { br, gzip, 'gzip, br': gzipSync(br) };
});
afterAll(() => {
  bombs = {};
});

/** The most memory that the process had, in MB: to be asked before it ends. */
function peakOf(child: ChildProcess): number {
  const status = readFileSync(`/proc/${child.pid}/status`, 'utf8');
  return Number(/VmHWM:\s*(\d+)/.exec(status)?.[1] ?? 0) / 1_024;
}

/** Reads these streams from a server that answers so, each request but that for the token's scopes. */
async function readFrom(answer: (response: ServerResponse) => void, streams: readonly string[]) {
  let peak = 0;
  const server = createServer((request, response) => {
    if (request.url?.startsWith('/token_information') === true)
      response.end(JSON.stringify({ token_information: { scopes: [] } }));
    else answer(response);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const run = await sync(configFor({ ...sandbox, url, token: quickToken }), {
    streams,
    timeout: 55_000,
    onLine: (_line, child) => {
      peak = Math.max(peak, peakOf(child));
    },
  });
  server.closeAllConnections();
  server.close();
  return { run, peak };
}

const several = ['orders', 'charges', 'customers', 'subscriptions'];

test.each(['br', 'gzip'])(
  'a body of %s that unpacks to hundreds of MB fails its stream, with its path and the limit',
  async (encoding) => {
    const { run, peak } = await readFrom((response) => {
      response.writeHead(200, { 'content-encoding': encoding }).end(bombs[encoding]);
    }, several);
    expect(
      run
        .errors()
        .map(({ message }) => message)
        .toSorted(),
    ).toEqual(
      several
        .toSorted()
        .map((stream) =>
          expect.stringContaining(
            `Recharge's answer to /${stream} cannot be used: the answer is larger than 32 MB`,
          ),
        ),
    );
    expect(peak).toBeLessThan(400);
  },
);

test('a body without end fails its stream, in little memory', async () => {
  const { run, peak } = await readFrom((response) => {
    const more = () => {
      while (response.write(' '.repeat(65_536)));
    };
    response.writeHead(200).on('drain', more);
    more();
  }, several);
  expect(run.errors()).toHaveLength(several.length);
  for (const { message } of run.errors()) expect(message).toContain('the answer is larger than 32 MB');
  expect(peak).toBeLessThan(400);
});

test.each<[string, (response: ServerResponse) => void]>([
  [
    'that unpacks to 300 MB',
    (response: ServerResponse) => response.writeHead(422, { 'content-encoding': 'gzip' }).end(bombs['gzip']),
  ],
  ...[422, 302].map((status): [string, (response: ServerResponse) => void] => [
    `of 40 MB and the status ${status}`,
    (response) => response.writeHead(status).end(Buffer.alloc(40 * 2 ** 20, 'x')),
  ]),
])('an error with a body %s says what its status says', async (_name, answer) => {
  const { run, peak } = await readFrom(answer, several);
  for (const { message } of run.errors())
    expect(message).toMatch(/^Recharge refuses to list \w+ \((?:422|302)\)/);
  expect(run.errors()).toHaveLength(several.length);
  expect(peak).toBeLessThan(300);
});

test('rows that are too large together come in smaller pages, down to one', async () => {
  const filler = 'x'.repeat(20 * 2 ** 20);
  const front = await startFront(sandbox, async (_request, pass) =>
    withRows(await pass(), 'orders', (rows) =>
      rows.map((row, index) => (index % 7 === 0 ? { ...row, note: filler } : row)),
    ),
  );
  const run = await sync(configFor(front), { streams: ['orders'], timeout: 55_000 });
  await front.close();
  expect([run.exitCode, new Set(run.records().map(({ id }) => id)).size]).toEqual([
    0,
    rowsOf(sandbox, 'orders').length,
  ]);
});
