import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { readArguments, USAGE, UsageError } from '../arguments.ts';

const MAIN = fileURLToPath(new URL('../main.ts', import.meta.url));

interface Run {
  readonly output: string;
  readonly errors: string;
  readonly code: number | null;
}

/** Runs the program; sends SIGINT once `until` accepts what it has printed. */
async function run(args: readonly string[], until?: (output: string) => Promise<boolean>): Promise<Run> {
  const child = spawn(process.execPath, [MAIN, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  let [output, errors] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString();
    void until?.(output).then((done) => done && child.kill('SIGINT'));
  });
  child.stderr.on('data', (chunk: Buffer) => {
    errors += chunk.toString();
  });
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  return { output, errors, code };
}

describe('npm run sandbox', () => {
  it('prints address, token, a config and a curl line, serves, and stops on Ctrl-C', async () => {
    let status = 0;
    const { output, errors, code } = await run(
      ['--port', '0', '--size', 'small', '--tier', '2x1'],
      async (printed) => {
        if (!printed.includes('curl')) return false;
        const { access_token: token, api_url: url } = configIn(printed);
        const headers = { 'X-Recharge-Access-Token': token, 'X-Recharge-Version': '2021-11' };
        status = (await fetch(`${url}/orders`, { headers })).status;
        return true;
      },
    );
    expect([status, errors, code]).toEqual([200, '', 0]);
    const config = configIn(output);
    expect(Object.keys(config)).toEqual(['access_token', 'start_date', 'api_url']);
    expect(config.access_token).toMatch(/^sk_test_2x1_[0-9a-f]{64}$/);
    expect(config.start_date).toMatch(/^\d{4}-\d\d-\d\dT00:00:00Z$/);
    expect(output).toContain(`curl -H 'X-Recharge-Access-Token: ${config.access_token}'`);
  });

  it('prints one line and exits with 2 for a taken port or a bad flag', async () => {
    const holder = createServer();
    await new Promise<void>((resolve) => {
      holder.listen(0, '127.0.0.1', resolve);
    });
    const { port } = holder.address() as { port: number };
    const taken = await run(['--port', String(port)]);
    expect([taken.code, taken.errors]).toEqual([2, `Port ${port} is taken; try --port ${port + 1}\n`]);
    holder.close();
    const wrong = await run(['--colour', 'red']);
    expect([wrong.code, wrong.errors.trim().split('\n').length]).toEqual([2, 1]);
  });

  it('prints the flags for --help', async () => {
    expect(await run(['--help'])).toEqual({ output: `${USAGE}\n`, errors: '', code: 0 });
  });
});

describe('flags', () => {
  it('reads every flag', () => {
    const args =
      '--port 9000 --host 0.0.0.0 --size orders=100000,customers=5 --seed 7 --tier 10x3 --latency 200';
    const options = readArguments([
      ...args.split(' '),
      '--fault',
      'truncated=0.02',
      '--fault',
      'reset=0.01',
      '--scopes',
      'read_orders,read_events',
      ...'--changes 30 --lag 20 --heavy 500'.split(' '),
    ]);
    expect(options).toEqual({
      port: 9000,
      host: '0.0.0.0',
      size: { orders: 100_000, customers: 5 },
      seed: 7,
      token: `sk_test_10x3_${'5a'.repeat(32)}`,
      latencyMs: 200,
      changes: 30,
      replicaLagSeconds: 20,
      heavyWindowRows: 500,
      faults: { truncated: 0.02, reset: 0.01 },
      scopes: ['read_orders', 'read_events'],
    });
  });

  it('makes a response take longer the more rows it is asked for with --row-latency', () => {
    const { latencyMs } = readArguments(['--latency', '100', '--row-latency', '2']) ?? {};
    const request = { method: 'GET', query: new URLSearchParams(), version: '2021-11' };
    expect(latencyMs).toBeTypeOf('function');
    const of = (path: string, limit: number) =>
      typeof latencyMs === 'function' ? latencyMs({ ...request, path, limit }) : Number.NaN;
    expect([of('/orders', 250), of('/payment_methods', 50)]).toEqual([600, 12_700]);
  });

  it('uses the defaults without flags', () => {
    expect(readArguments([])).toEqual({
      port: 8787,
      host: '127.0.0.1',
      size: 'demo',
      seed: 1,
      token: `sk_test_1x1_${'5a'.repeat(32)}`,
      latencyMs: 0,
      changes: 0,
      replicaLagSeconds: 0,
      faults: {},
    });
  });

  it.each([
    ['--port', 'x'],
    ['--port', '70000'],
    ['--size', 'huge'],
    ['--size', 'cats=3'],
    ['--size', 'orders=many'],
    ['--tier', 'fast'],
    ['--tier', '0x1'],
    ['--fault', 'truncated'],
    ['--fault', 'sadness=0.1'],
    ['--fault', 'reset=2'],
    ['--latency', '-1'],
    ['--row-latency', 'slow'],
    ['--changes', 'some'],
    ['--lag', '9999'],
    ['--heavy', '-1'],
    ['--scopes', 'nope'],
    ['orders'],
  ])('%s %s is refused', (...args) => {
    expect(() => readArguments(args)).toThrow(UsageError);
  });
});

interface Config {
  readonly access_token: string;
  readonly start_date: string;
  readonly api_url: string;
}

function configIn(output: string): Config {
  return JSON.parse(output.slice(output.indexOf('{'), output.indexOf('}') + 1)) as Config;
}
