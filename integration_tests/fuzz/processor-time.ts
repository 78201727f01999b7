import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { notJson, parseLossless } from '../../src/airbyte/index.ts';
import { runInProcess } from '../../src/airbyte/run-in-process.fixture.ts';
import { configure } from '../../src/airbyte/testing/index.ts';
import { specification } from '../../src/config/config-schema.ts';
import { RechargeClient } from '../../src/recharge/client.ts';
import { rechargeConnector } from '../../src/recharge-source.ts';
import type { Transport } from '../../src/recharge/transport.ts';
import { createStreams } from '../../src/streams/index.ts';

/**
 * Runs as a process of its own: prints a line `PLACE SHAPE` as it begins with one, and after it the milliseconds of
 * processor time that the connector takes for a text of that shape in that place, and for one sixteen times as long.
 */
const characters = 20_000;
const longer = 16;
/** The best of so many counts. What is less than so many times as long at once is not tried again. */
const tries = 3;
const enough = 32;

const token = `sk_test_99x1_${'a7'.repeat(32)}`;
const row = '"id":1,"updated_at":"2024-05-01T10:00:00+00:00"';
const fields = [
  'total_price',
  'external_cart_token',
  'created_at',
  'is_prepaid',
  'note',
  'line_items',
  'shipping_address',
  'unknown',
];
const config = (more: string) => `{"access_token":"${token}","start_date":"2024-01-01"${more}}`;
const valid = {
  config: config(''),
  catalog: JSON.stringify(configure([], {})),
  state: '[]',
  status: 200,
  body: '{}',
};
type Input = typeof valid;

const repeated = (pattern: string) => (length: number) => pattern.repeat(Math.ceil(length / pattern.length));
/** Texts that are slow to read where something looks at them again from each of their characters. */
const shapes: Readonly<Record<string, (length: number) => string>> = {
  letters: repeated('a'),
  digits: repeated('9'),
  zeros: (length) => `1${'0'.repeat(length)}1`,
  'zeros after a point': (length) => `0.${'0'.repeat(length)}1`,
  fraction: (length) => `2024-01-01T00:00:00.${'0'.repeat(length)}x`,
  spaces: (length) => `${' '.repeat(length)}x`,
  brackets: repeated('['),
  braces: repeated('{"a":'),
  numbers: repeated('1.0,'),
  'odd numbers': repeated('1e400 '),
  quotes: repeated('"'),
  backslashes: repeated('\\'),
  zeroes: repeated('\0'),
  'halves of characters': repeated('\uD800'),
  'line separators': repeated('\u2028'),
  'escapes of URLs': repeated('%41%73'),
  'escapes of JSON': repeated('\\u0041\\"'),
  'escapes of HTML': repeated('&#65;&amp;'),
  'lines of base64': repeated('QUJD\r\n'),
  hexadecimal: repeated('6a'),
  'beginnings of the token': repeated(token.slice(0, -1)),
  dates: repeated('2024-01-01T'),
  tags: repeated('<a;'),
};

const said = (text: string) => JSON.stringify(text);
const many = (text: string, entry: (piece: string, index: number) => string) =>
  Array.from({ length: Math.ceil(text.length / 40) }, (_, index) =>
    entry(text.slice(index * 40, index * 40 + 40), index),
  ).join();
const page = (more: string): Partial<Input> => ({
  catalog: JSON.stringify(
    configure(
      createStreams({} as never, false).map((stream) => stream.describe()),
      { streams: ['orders'] },
    ),
  ),
  body: `{"next_cursor":null,"orders":[{${row}${more}}]}`,
});
const places: Readonly<Record<string, (text: string) => Partial<Input>>> = {
  'the values of fields': (text) => page(fields.map((name) => `,"${name}":${said(text)}`).join('')),
  'the values of fields, as JSON': (text) => page(fields.map((name) => `,"${name}":${text}`).join('')),
  'the name of a field': (text) => page(`,${said(text)}:1`),
  'the names of many fields': (text) => page(`,${many(text, (piece, index) => `${said(piece + index)}:1`)}`),
  'an error': (text) => ({ ...page(''), status: 422, body: `{"errors":{"field":[${said(text)}]}}` }),
  'an error, as JSON': (text) => ({ ...page(''), status: 422, body: `{"errors":${text}` }),
  'a body': (text) => ({ ...page(''), body: text }),
  'a date of the configuration': (text) => ({ config: config(`,"end_date":${said(text)}`) }),
  'the api_url': (text) => ({ config: config(`,"api_url":${said(`https://${text}`)}`) }),
  'an unknown setting': (text) => ({ config: config(`,${said(text)}:${said(text)}`) }),
  'the configuration': (text) => ({ config: text }),
  'the catalog': (text) => ({ catalog: text }),
  'the state': (text) => ({ state: text }),
  'a cursor': (text) => ({ ...page(''), state: `{"orders":{"updated_at":${said(text)}}}` }),
};

/** So many of a thing, the shape of whose text matters little. */
const crowds: typeof places = {
  'names that are one without NUL': (text) =>
    page(
      `,${many(text, (_piece, index) => `"a${'\\u0000'.repeat(index % 300)}${'b'.repeat(index / 300)}":1`)}`,
    ),
  'many rows': (text) =>
    page(
      `},${many(text, (piece, index) => `{"id":${index + 2},"updated_at":"2024-05-01T10:00:00+00:00","note":${said(piece)}}`)},{"id":0`,
    ),
  'many unknown settings': (text) => ({
    config: config(`,${many(text, (piece, index) => `${said(piece + index)}:1`)}`),
  }),
  'many streams': (text) => ({
    catalog: `{"streams":[${many(text, (piece, index) => `{"stream":{"name":${said(piece + index)}},"sync_mode":"incremental"}`)}]}`,
  }),
  'many states': (text) => ({
    state: `{${many(text, (piece, index) => `${said(piece + index)}:{"updated_at":${said(piece)}}`)}}`,
  }),
  'many cursors': (text) => ({
    ...page(''),
    state: `{"orders":{"states":[${many(text, (piece) => `{"cursor":{"updated_at":${said(piece)}}}`)}]}}`,
  }),
};
const shapesOfCrowds = new Set(['letters', 'quotes', 'halves of characters']);

const folder = mkdtempSync(join(tmpdir(), 'fuzz-'));

/** Milliseconds of this thread. */
async function timeOf(place: (text: string) => Partial<Input>, text: string): Promise<number> {
  const { status, body, ...files } = { ...valid, ...place(text) };
  const flags = Object.entries(files).flatMap(([name, content]) => {
    writeFileSync(join(folder, name), content);
    return [`--${name}`, join(folder, name)];
  });
  const answer = { status, headers: { 'x-recharge-limit': '1/4000' }, body: Buffer.from(body) };
  const began = process.threadCpuUsage();
  await runInProcess(
    connectorTo(async () => ({ ...answer, body: Buffer.from(answer.body) })),
    ['read', ...flags],
  );
  const { user, system } = process.threadCpuUsage(began);
  return (user + system) / 1_000;
}

/** The connector, with this in the place of HTTP, and without a second attempt. */
function connectorTo(
  transport: Transport,
): typeof rechargeConnector & { readonly specification: () => typeof spec } {
  return {
    ...rechargeConnector,
    specification: () => spec,
    connect: (settings, { redact }) => {
      const options = { token, baseUrl: settings.api_url, retryPolicy: { maxAttempts: 1, maxElapsedMs: 0 } };
      const client = new RechargeClient({ ...options, parse: parseLossless, notJson, redact, transport });
      return {
        streams: createStreams({ client, window: settings.window }, false),
        check: async () => '',
        rateLimit: () => client.limiter.rateLimit,
      };
    },
  };
}

const spec = specification();
try {
  for (const [where, place] of Object.entries({ ...places, ...crowds }))
    for (const [shape, textOf] of Object.entries(shapes)) {
      if (where in crowds && !shapesOfCrowds.has(shape)) continue;
      process.stdout.write(`${where}: ${shape}`);
      let [short, long] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
      for (let once = 0; once < tries && (once === 0 || long > enough * short); once += 1) {
        short = Math.min(short, await timeOf(place, textOf(characters)));
        long = Math.min(long, await timeOf(place, textOf(longer * characters)));
      }
      process.stdout.write(`\t${short.toFixed(1)}\t${long.toFixed(1)}\n`);
    }
} finally {
  rmSync(folder, { recursive: true });
}
