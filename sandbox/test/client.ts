import { request } from 'node:http';
import { afterAll, onTestFinished } from 'vitest';
import type { JsonObject } from '../json.ts';
import { type Sandbox, type SandboxOptions, startSandbox, type Version } from '../index.ts';

/** A response: status, headers and parsed body. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly body: JsonObject;
}

/** Requests a path with the sandbox's token and a version; `headers` override, an empty text removes one. */
export async function ask(
  sandbox: Sandbox,
  path: string,
  version: Version | '' = '2021-11',
  more: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  const wanted = { 'X-Recharge-Access-Token': sandbox.token, 'X-Recharge-Version': version, ...more };
  const headers = Object.fromEntries(Object.entries(wanted).filter(([, value]) => value !== ''));
  const response = await fetch(`${sandbox.url}${path}`, { headers });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, body: parsed(text) };
}

/** A store that stands still, with a bucket that never fills. */
export const FROZEN = { now: new Date('2026-03-10T12:00:00Z'), frozen: true, bucketSize: 100_000 } as const;

/** A sandbox for all tests of a file, closed after them. */
export async function shared(options: SandboxOptions): Promise<Sandbox> {
  const sandbox = await startSandbox(options);
  afterAll(() => sandbox.close());
  return sandbox;
}

/** A sandbox that is closed after the test. */
export async function open(options: SandboxOptions): Promise<Sandbox> {
  const sandbox = await startSandbox(options);
  onTestFinished(() => sandbox.close());
  return sandbox;
}

/** The same, with a bucket that never fills. */
export async function roomy(options: SandboxOptions = {}): Promise<Sandbox> {
  return open({ bucketSize: 100_000, ...options });
}

/** The fields that a refusal names. */
export function errorsOf({ body }: Answer): string[] {
  return Object.keys(body['errors'] as object);
}

/** The list in a response, under any key. */
export function listOf({ body }: Answer): readonly JsonObject[] {
  return (Object.values(body).find((value) => Array.isArray(value)) ?? []) as readonly JsonObject[];
}

/** The ids in a response's list, in order. */
export function idsOf(answer: Answer): readonly number[] {
  return listOf(answer).map((row) => row['id'] as number);
}

/** A value as text: strings unchanged, others as JSON. */
export function str(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** Values in ascending order, to compare sets. */
export function sorted<T>(values: readonly T[]): T[] {
  return values.toSorted((a, b) => (a === b ? 0 : a < b ? -1 : 1));
}

/** All pages of a list, by cursor; runs `between` after each. */
export async function pages(
  sandbox: Sandbox,
  path: string,
  limit: number,
  between?: (page: Answer) => void,
): Promise<Answer[]> {
  const found: Answer[] = [];
  const [base = ''] = path.split('?');
  let next: string | null = `${path}${path.includes('?') ? '&' : '?'}limit=${limit}`;
  while (next !== null) {
    const page: Answer = await ask(sandbox, next);
    if (page.status !== 200) throw new Error(`${next}: ${page.status} ${page.text}`);
    found.push(page);
    between?.(page);
    const cursor = page.body['next_cursor'] as string | null;
    next = cursor === null ? null : `${base}?limit=${limit}&cursor=${cursor}`;
  }
  return found;
}

/** A response as a socket receives it: its lengths in bytes, and how it ended. */
export interface Broken {
  readonly status: number | null;
  readonly declared: number | null;
  readonly received: number;
  /** `whole`, `aborted`, `silent`, or the code of a socket error. */
  readonly end: string;
}

/** Reads a response on a bare socket; stops after `patience` milliseconds without data. */
export async function watch(sandbox: Sandbox, path: string, patience = 300): Promise<Broken> {
  return new Promise((resolve) => {
    const headers = { 'X-Recharge-Access-Token': sandbox.token, 'X-Recharge-Version': '2021-11' };
    let seen: Omit<Broken, 'end'> = { status: null, declared: null, received: 0 };
    const call = request(`${sandbox.url}${path}`, { headers, agent: false });
    const finish = (end: string): void => {
      resolve({ ...seen, end });
      call.destroy();
    };
    call.setTimeout(patience, () => finish('silent'));
    call.on('error', (error: NodeJS.ErrnoException) => finish(error.code ?? 'error'));
    call.on('response', (response) => {
      const length = response.headers['content-length'];
      seen = {
        ...seen,
        status: response.statusCode ?? null,
        declared: length === undefined ? null : Number(length),
      };
      response.on('data', (chunk: Buffer) => {
        seen = { ...seen, received: seen.received + chunk.length };
      });
      response.on('error', () => finish('aborted'));
      response.on('end', () => finish('whole'));
    });
    call.end();
  });
}

function parsed(text: string): JsonObject {
  try {
    return JSON.parse(text) as JsonObject;
  } catch {
    return {};
  }
}
