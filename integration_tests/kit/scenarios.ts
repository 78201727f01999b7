import { setTimeout as sleep } from 'node:timers/promises';
import {
  type Batch,
  configError,
  type ConnectContext,
  ConnectorError,
  type JsonObject,
  type Log,
  rawJSON,
  type ReadRequest,
  runSource,
  type Stream,
} from '../../src/airbyte/index.ts';

/** A source whose every stream behaves, or misbehaves, in one way of its own. Its configuration says how far. */
const documentationUrl = 'https://example.com/scenarios';
const connectionSpecification = {
  type: 'object',
  required: ['access_token'],
  properties: {
    access_token: { type: 'string', airbyte_secret: true },
    check: { type: 'string', enum: ['works', 'refused', 'busy', 'broken', 'hangs'] },
    texts: { type: 'array', items: { type: 'string' } },
    pages: { type: 'integer' },
    delays: { type: 'object' },
  },
};

type Asked = ReadRequest & { readonly signal: AbortSignal };
type Scenario = (asked: Asked, config: JsonObject) => AsyncGenerator<Omit<Batch, 'stream'>>;

/** 250 rows of about 1 kB. */
const page = (from: number) =>
  Array.from({ length: 250 }, (_, index) => ({ data: { id: from + index, filler: 'x'.repeat(1000) } }));
const rows = (...ids: number[]) => ids.map((id) => ({ data: { id } }));
const forever = new Promise<never>(() => {});
const tokenOf = (config: JsonObject) => config['access_token'] as string;

async function delay(config: JsonObject, name: string): Promise<void> {
  await sleep(Number((config['delays'] as JsonObject | undefined)?.[name] ?? 0));
}

const withCursor: Record<string, Scenario> = {
  async *fine() {
    yield { rows: rows(1, 2), state: { id: 2 } };
    yield { rows: rows(3) };
    yield { rows: [], state: { id: 3 } };
  },
  async *empty() {
    yield { rows: [], state: { id: 0 } };
  },
  async *echo({ syncMode, state = null }) {
    yield { rows: [{ data: { syncMode, state } }], state: { id: 1 } };
  },
  async *refused(_request, config) {
    yield { rows: [] };
    await delay(config, 'refused');
    throw configError('The token may not read this. Give it the scope.');
  },
  async *busy(_request, config) {
    yield { rows: [] };
    await delay(config, 'busy');
    throw new ConnectorError('transient_error', 'The API is busy. Try again later.');
  },
  async *broken() {
    yield { rows: rows(1, 2), state: { id: 2 } };
    yield { rows: rows(3) };
    throw new TypeError('undefined is not a function');
  },
  async *leaky({ log }, config) {
    const token = tokenOf(config);
    const spellings = [
      token,
      encodeURIComponent(token),
      new URLSearchParams({ token }).toString(),
      JSON.stringify({ token }),
      JSON.stringify({ body: JSON.stringify({ token }) }),
      Buffer.from(token).toString('base64'),
      Buffer.from(token).toString('base64url'),
      token
        .replaceAll('&', '&amp;')
        .replaceAll('<', '&lt;')
        .replaceAll('>', '&gt;')
        .replaceAll('"', '&quot;'),
    ];
    for (const text of spellings) {
      log.error(text);
      log.warn(`GET https://example.com/?t=${text}&x=1`);
      log.info(`{"authorization":"${text}"}`);
      log.debug(text);
      process.emitWarning(text);
    }
    yield { rows: [{ data: { id: 1, token } }], state: { id: 1 } };
    await sleep(10);
    const cause = new Error(`socket closed: ${spellings.join(' ')}`);
    throw new ConnectorError('transient_error', spellings.join(' '), {
      internal: spellings.join(' '),
      cause,
    });
  },
  async *nasty(_request, config) {
    const texts = config['texts'] as string[];
    yield {
      rows: texts.map((text, id) => ({
        data: { id, [text]: text },
        changes: [{ field: `x${text}`, change: 'NULLED', reason: 'SOURCE_SERIALIZATION_ERROR' }],
      })),
      state: { texts },
    };
  },
  async *cryptic({ log }, config) {
    yield { rows: [], state: { id: 0 } };
    for (const text of config['texts'] as string[]) log.warn(text);
    throw configError((config['texts'] as string[]).join(' '));
  },
  async *numbers() {
    const big = rawJSON('9007199254740993');
    yield { rows: [{ data: { big, money: rawJSON('10.0') } }], state: { big } };
  },
  async *bulk(_request, config) {
    const pages = Number(config['pages']);
    for (let number = 0; number < pages; number += 1)
      yield { rows: page(number * 250), state: { id: number } };
  },
  async *atOnce(_request, config) {
    const pages = Array.from({ length: Number(config['pages']) }, (_, number) => page(number * 250));
    yield { rows: pages.flat(), state: { id: pages.length } };
  },
  async *endless({ signal }) {
    for (let number = 0; ; number += 1) {
      yield { rows: page(number * 250), state: { id: number } };
      await sleep(1, undefined, { signal });
    }
  },
  async *waiting({ signal }) {
    yield { rows: rows(1), state: { id: 1 } };
    await sleep(60_000, undefined, { signal });
  },
  async *quitting({ signal }) {
    yield { rows: rows(1), state: { id: 1 } };
    await sleep(60_000, undefined, { signal }).catch(() => {});
  },
  async *deaf() {
    yield { rows: rows(1), state: { id: 1 } };
    await sleep(60_000);
  },
  async *stuck() {
    yield { rows: rows(1), state: { id: 1 } };
    await forever;
  },
  async *throwing({ signal }, config) {
    // Long after what is read beside it has failed, on any machine.
    setTimeout(() => {
      throw new RangeError(`nobody catches ${tokenOf(config)}`);
    }, 1_000);
    yield { rows: rows(1), state: { id: 1 } };
    await sleep(60_000, undefined, { signal });
  },
  async *rejecting({ signal }, config) {
    void Promise.reject(new RangeError(`nobody awaits ${tokenOf(config)}`));
    yield { rows: rows(1), state: { id: 1 } };
    await sleep(60_000, undefined, { signal });
  },
};

const withoutCursor: Record<string, Scenario> = {
  async *list({ syncMode, state = null }) {
    yield { rows: [{ data: { syncMode, state } }] };
  },
  async *nothing() {},
};

function streamOf(name: string, scenario: Scenario, hasCursor: boolean, config: JsonObject): Stream {
  return {
    name,
    describe: () => ({
      name,
      json_schema: { type: 'object', properties: { id: { type: 'integer' } } },
      supported_sync_modes: hasCursor ? ['full_refresh', 'incremental'] : ['full_refresh'],
      ...(hasCursor && { source_defined_cursor: true, default_cursor_field: ['id'] }),
      source_defined_primary_key: [['id']],
      is_resumable: hasCursor,
    }),
    open: (request) => request,
    reader: {
      async *read(opened, { signal }) {
        for (const request of opened)
          for await (const batch of scenario({ ...request, signal }, config))
            yield { stream: name, ...batch };
      },
    },
  };
}

async function check(config: JsonObject, log: Log, signal: AbortSignal): Promise<void> {
  const token = tokenOf(config);
  log.debug(`checking with ${token}`);
  if (config['check'] === 'refused') throw configError(`The token ${token} is wrong. Make a new one.`);
  if (config['check'] === 'busy')
    throw new ConnectorError('transient_error', 'The API is busy. Try again later.');
  if (config['check'] === 'broken') throw new TypeError(`no such thing: ${token}`);
  if (config['check'] === 'hangs') await sleep(60_000, undefined, { signal });
}

void runSource({
  name: 'scenarios',
  specification: () => ({ documentationUrl, connectionSpecification }),
  load: async () => ({
    parseConfig: (config: JsonObject) => {
      if (typeof config['access_token'] !== 'string')
        throw configError('Config validation error: access_token: required.');
      return config;
    },
    connect: (config: JsonObject, { log }: ConnectContext) => ({
      streams: [
        ...Object.entries(withCursor).map(([name, scenario]) => streamOf(name, scenario, true, config)),
        ...Object.entries(withoutCursor).map(([name, scenario]) => streamOf(name, scenario, false, config)),
      ],
      check: (signal: AbortSignal) => check(config, log, signal),
    }),
  }),
});
