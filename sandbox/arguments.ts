import { parseArgs } from 'node:util';
import { ALL_SCOPES } from './api/endpoints.ts';
import { latencyByLimit } from './latency.ts';
import { FAULT_KINDS, type FaultKind, type SandboxOptions } from './options.ts';
import { RESOURCES, type ResourceName } from './resources.ts';

/** A bad command line; the message says what is wrong with it. */
export class UsageError extends Error {}

export const USAGE = `npm run sandbox -- [flags]
  --port N          port to listen on; default 8787
  --host ADDRESS    address to listen on, 0.0.0.0 for containers; default 127.0.0.1
  --size SIZE       small, demo, or rows by resource: orders=100000,customers=20000; default demo
  --seed N          another number, another store; default 1
  --tier NxM        rate limit of the token: leaks 2N a second from a bucket of 40M; default 1x1
  --latency MS      milliseconds an answer takes; default 0
  --row-latency MS  milliseconds more for each row asked for, and 250 more for one of payment methods; default none
  --changes N       rows that are changed, made or deleted a minute; default 0
  --lag SECONDS     reads see each write up to so many seconds late; default 0
  --heavy ROWS      504 for a date window of more rows than that; default never
  --fault KIND=P    probability of a fault, such as truncated=0.02; may be given several times; default none
  --scopes A,B      scopes of the token, such as read_orders,read_customers; default all
  --help            this text`;

/** The command line, read and checked. */
export interface Arguments extends SandboxOptions {
  /** Writes per minute. */
  readonly changes: number;
}

/** Reads the command line; null for `--help`. Throws UsageError. */
export function readArguments(args: readonly string[]): Arguments | null {
  const { values } = parse(args);
  if (values.help) return null;
  const tier = values.tier ?? '1x1';
  if (!/^[1-9]\d*x[1-9]\d*$/.test(tier)) throw new UsageError(`--tier wants NxM such as 2x1, not ${tier}`);
  return {
    port: wholeNumber('port', values.port ?? '8787', 65_535),
    host: values.host ?? '127.0.0.1',
    size: readSize(values.size ?? 'demo'),
    seed: wholeNumber('seed', values.seed ?? '1', 2 ** 31),
    token: `sk_test_${tier}_${'5a'.repeat(32)}`,
    latencyMs: readLatency(values.latency, values['row-latency']),
    changes: wholeNumber('changes', values.changes ?? '0', 6_000),
    replicaLagSeconds: wholeNumber('lag', values.lag ?? '0', 1_800),
    faults: readFaults(values.fault ?? []),
    ...(values.heavy !== undefined && { heavyWindowRows: wholeNumber('heavy', values.heavy, 5_000_000) }),
    ...(values.scopes !== undefined && { scopes: readScopes(values.scopes) }),
  };
}

type Flag = { readonly type: 'string' };

const text: Flag = { type: 'string' };

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        port: text,
        host: text,
        size: text,
        seed: text,
        tier: text,
        latency: text,
        'row-latency': text,
        changes: text,
        lag: text,
        heavy: text,
        scopes: text,
        fault: { type: 'string', multiple: true },
        help: { type: 'boolean' },
      },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error), { cause: error });
  }
}

function wholeNumber(flag: string, value: string, most: number): number {
  if (!/^\d{1,10}$/.test(value) || Number(value) > most) {
    throw new UsageError(`--${flag} wants a whole number up to ${most}, not ${value}`);
  }
  return Number(value);
}

function readLatency(latency = '0', perRow?: string): NonNullable<SandboxOptions['latencyMs']> {
  const ms = wholeNumber('latency', latency, 600_000);
  if (perRow === undefined) return ms;
  const byLimit = latencyByLimit(wholeNumber('row-latency', perRow, 10_000));
  return (request) => ms + byLimit(request);
}

function readSize(value: string): NonNullable<SandboxOptions['size']> {
  if (value === 'small' || value === 'demo') return value;
  const sizes: Partial<Record<ResourceName, number>> = {};
  for (const [name, rows] of pairs('size', value.split(','))) {
    const resource = RESOURCES.find((each) => each === name);
    if (!resource) throw new UsageError(`--size knows no ${name}; it knows ${RESOURCES.join(', ')}`);
    sizes[resource] = wholeNumber('size', rows, 5_000_000);
  }
  return sizes;
}

function readFaults(values: readonly string[]): NonNullable<SandboxOptions['faults']> {
  const rates: Partial<Record<FaultKind, number>> = {};
  for (const [name, rate] of pairs('fault', values)) {
    const kind = FAULT_KINDS.find((each) => each === name);
    if (!kind) throw new UsageError(`--fault knows no ${name}; it knows ${FAULT_KINDS.join(', ')}`);
    if (!(Number(rate) >= 0 && Number(rate) <= 1))
      throw new UsageError(`--fault ${name} wants 0 to 1, not ${rate}`);
    rates[kind] = Number(rate);
  }
  return rates;
}

function readScopes(value: string): readonly string[] {
  const scopes = value.split(',').filter((name) => name !== '');
  const unknown = scopes.find((name) => !ALL_SCOPES.includes(name));
  if (unknown !== undefined)
    throw new UsageError(`--scopes knows no ${unknown}; it knows ${ALL_SCOPES.join(', ')}`);
  return scopes;
}

function pairs(flag: string, values: readonly string[]): (readonly [string, string])[] {
  return values.map((value) => {
    const [name = '', amount = ''] = value.split('=');
    if (name === '' || amount === '') throw new UsageError(`--${flag} wants name=number, not ${value}`);
    return [name, amount];
  });
}
