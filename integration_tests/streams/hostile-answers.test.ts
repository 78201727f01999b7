import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Sandbox, startSandbox } from '../../sandbox/index.ts';
import { configFor, quickToken, sync } from './connection.ts';

/** What an API sends that is no API any more: bounds hold, and nothing is lost or shown. */
let sandbox: Sandbox;
beforeEach(async () => {
  sandbox = await startSandbox({ token: quickToken });
});
afterEach(() => sandbox.close());

const base64 = (text: string) => Buffer.from(text).toString('base64');
const json = (text: string) => JSON.stringify(text).slice(1, -1);
const escaped = (prefix: string) => (text: string) =>
  Buffer.from(text)
    .toString('hex')
    .replaceAll(/../g, (byte) => prefix + byte);

test('a token that the API echoes is masked, however it is encoded [E-09]', async () => {
  const inner = (text: string) => text.slice(4, -4);
  const spellings: [stream: string, spell: (token: string) => string][] = [
    ['orders', (token) => token.toUpperCase()],
    ['charges', escaped('%')],
    ['customers', escaped('\\u00')],
    ['addresses', (token) => [...token].map((letter) => `&#${letter.charCodeAt(0)};`).join('')],
    ['onetimes', (token) => inner(base64(`Authorization: Bearer ${token}; more`))],
    ['discounts', (token) => json(json(json(`"${token}"`)))],
    ['plans', (token) => base64(escaped('%')(token.toUpperCase()))],
    ['products', (token) => escaped('\\u00')(base64(json(`"${token}`)))],
  ];
  for (const [stream, spell] of spellings) {
    const body = JSON.stringify({ error: `no such token: ${spell(sandbox.token)}` });
    sandbox.answerNext({ status: 422, body }, 9, ({ path }) => path === `/${stream}`);
  }
  const run = await sync(configFor(sandbox), { streams: spellings.map(([stream]) => stream) });
  expect(run.exitCode).toBe(1);
  for (const [stream, spell] of spellings) {
    expect([stream, run.stdout.includes(json(spell(sandbox.token)))]).toEqual([stream, false]);
    const [error] = run.errors().filter(({ stream_descriptor }) => stream_descriptor?.name === stream);
    expect(error?.message).toMatch(/no such token: .*\*{4}/);
  }
});
