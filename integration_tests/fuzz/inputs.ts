import fc from 'fast-check';
import { anyJson, fieldName, objectOf, oddName, oddText, oneOf, spelledToken, token } from './odd-values.ts';
import { everyKind, hourly } from '../streams/lying-store.ts';

/** Inputs that nobody means: configurations, catalogs and states as the text of their files, and answers of the API. */

/** The rows of every list of the store. */
export const rows = hourly.slice(0, 25);
export const streams: readonly string[] = everyKind;

/** Mostly the text; now and then spoiled as a whole: cut, filled, in another encoding, or no such thing at all. */
function spoiled(text: fc.Arbitrary<string>): fc.Arbitrary<Buffer> {
  const place = fc.double({ min: 0, max: 1, noNaN: true });
  const asItIs = text.map((whole) => Buffer.from(whole));
  const any = fc.oneof(
    { weight: 8, arbitrary: asItIs },
    {
      weight: 1,
      arbitrary: fc
        .tuple(asItIs, place, place, fc.uint8Array({ maxLength: 4 }))
        .map(([bytes, a, b, filling]) =>
          Buffer.concat([
            bytes.subarray(0, Math.floor(Math.min(a, b) * bytes.length)),
            filling,
            bytes.subarray(Math.floor(Math.max(a, b) * bytes.length)),
          ]),
        ),
    },
    { weight: 1, arbitrary: fc.oneof(anyJson, oddText).map((other) => Buffer.from(other)) },
    {
      weight: 1,
      arbitrary: fc
        .tuple(text, oneOf<BufferEncoding>('utf16le', 'utf8'), fc.boolean())
        .map(([whole, encoding, hasMark]) => Buffer.from((hasMark ? '\uFEFF' : '') + whole, encoding)),
    },
  );
  // A failure shows it as a text.
  return any.map((bytes) =>
    Object.assign(bytes, { [fc.toStringMethod]: () => JSON.stringify(bytes.toString()) }),
  );
}

/** Some of these, each in the place of its own or beside the others. */
const someOf = (fields: Readonly<Record<string, fc.Arbitrary<string>>>, most = 4) =>
  fc.array(
    fc.oneof(...Object.entries(fields).map(([key, json]) => json.map((value) => [key, value] as const))),
    {
      maxLength: most,
    },
  );

const date = fc.oneof(anyJson, oneOf('"2024-01-01"', '"2024-01-01T00:00:00.5+02:00"', '""', '"9999-12-31"'));
const count = fc.oneof(anyJson, oneOf('0', '7', '1e308', '9007199254740991', '0.5'));
const urls = [
  'https://169.254.169.254',
  'https://[::ffff:a9fe:a9fe]',
  'http://0x7f.1',
  'https://a:b@c',
  'http://[',
  'https://x:99999',
  'file:///etc/passwd',
  'https://metadata.google.internal.',
  `https://${token}`,
].map((url) => JSON.stringify(url));

/** A configuration, of which everything may be odd. @param url where it is said that the API is, unless that is odd, too */
export function configs(url: string): fc.Arbitrary<Buffer> {
  const valid = { access_token: token, start_date: rows[0]?.['updated_at'], api_url: url };
  const setting = someOf({
    access_token: fc.oneof(
      anyJson,
      spelledToken.map((text) => JSON.stringify(text)),
    ),
    start_date: date,
    end_date: date,
    lookback_window_days: count,
    settling_minutes: count,
    max_requests_per_second: fc.oneof(anyJson, oneOf('1e-9', '0', '-1', '1e308', '0.1')),
    use_orders_deprecated_api: anyJson,
    capture_deletes: anyJson,
    api_url: fc.oneof(anyJson, oneOf(...urls)),
  });
  const text = fc
    .tuple(setting, fc.array(fc.tuple(fieldName, anyJson), { maxLength: 2 }))
    .map(([settings, others]) => {
      const given = Object.entries(valid).map(([key, value]) => [key, JSON.stringify(value)] as const);
      return objectOf([...new Map([...given, ...settings, ...others])]);
    });
  return spoiled(text);
}

/** A stream's name is repeated wherever the protocol asks for it, be it the token. */
const stream = fc.oneof({ weight: 3, arbitrary: oneOf(...streams) }, oddName);

/** A configured catalog. */
export const catalogs: fc.Arbitrary<Buffer> = spoiled(
  fc
    .array(
      fc
        .tuple(
          stream,
          someOf(
            {
              stream: anyJson,
              sync_mode: fc.oneof(anyJson, oneOf('"full_refresh"', '"incremental"')),
              destination_sync_mode: anyJson,
              cursor_field: fc.oneof(anyJson, oneOf('["updated_at"]', '["id"]', '[]')),
              primary_key: anyJson,
              sync_id: fc.oneof(anyJson, oneOf('7', '"7"', '1e308')),
            },
            2,
          ),
        )
        .map(([of, fields]) =>
          objectOf([
            [
              'stream',
              JSON.stringify({
                name: of,
                json_schema: {},
                supported_sync_modes: ['full_refresh', 'incremental'],
              }),
            ],
            ['sync_mode', '"incremental"'],
            ['destination_sync_mode', '"append_dedup"'],
            ...fields,
          ]),
        ),
      { maxLength: 6 },
    )
    .map((entries) => `{"streams":[${entries.join()}]}`),
);

/** A cursor that is some time of the store's rows, or none. */
const cursor = fc.oneof(
  oneOf(...rows.map(({ updated_at }) => JSON.stringify(updated_at))),
  oneOf('"9999-12-31T23:59:59-23:59"', '"0001-01-01"', '"2024-02-30"', '1714557600'),
  anyJson,
);
const partition = fc
  .tuple(cursor, anyJson)
  .map(([of, key]) => `{"partition":${key},"cursor":{"updated_at":${of}}}`);
/** The state of a stream, ours or of those before it. */
const streamState = fc.oneof(
  anyJson,
  fc
    .tuple(
      cursor,
      someOf(
        {
          read_beyond: fc.oneof(
            anyJson,
            fc
              .array(fc.tuple(cursor, cursor).map((range) => `[${range.join()}]`))
              .map((all) => `[${all.join()}]`),
          ),
          sync_id: anyJson,
          refresh_complete: anyJson,
          deleted_at: cursor,
          lookback_window: count,
          use_global_cursor: anyJson,
        },
        2,
      ),
    )
    .map(([of, more]) => objectOf([['updated_at', of], ...more])),
  fc
    .tuple(fc.array(partition, { maxLength: 4 }), cursor, count)
    .map(
      ([all, of, window]) =>
        `{"states":[${all.join()}],"state":{"updated_at":${of}},"lookback_window":${window}}`,
    ),
  fc
    .tuple(cursor, cursor)
    .map(([start, recent]) => `{"slices":[{"start":${start},"most_recent_cursor_value":${recent}}]}`),
);
const stateMessage = fc
  .tuple(stream, streamState, oneOf('"STREAM"', 'null', '"STATE"', '7'))
  .map(
    ([of, state, type]) =>
      `{"type":${type},"stream":{"stream_descriptor":{"name":${JSON.stringify(of)}},"stream_state":${state}}}`,
  );

/** A file of states, in any of its forms. */
export const states: fc.Arbitrary<Buffer> = spoiled(
  fc.oneof(
    fc.array(stateMessage, { maxLength: 6 }).map((all) => `[${all.join()}]`),
    fc
      .array(stateMessage, { maxLength: 4 })
      .map((all) => all.map((one) => `{"type":"STATE","state":${one}}`).join('\n')),
    fc.array(fc.tuple(stream, streamState), { maxLength: 4 }).map(objectOf),
    fc
      .array(fc.tuple(stream, streamState), { maxLength: 4 })
      .map(
        (all) =>
          `{"type":"GLOBAL","global":{"stream_states":[${all.map(([of, state]) => `{"stream_descriptor":{"name":${JSON.stringify(of)}},"stream_state":${state}}`).join()}]}}`,
      ),
  ),
);
