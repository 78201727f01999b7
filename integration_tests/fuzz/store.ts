import fc from 'fast-check';
import { asking, honestReply, refused, type Reply, type StoreRequest } from '../streams/lying-store.ts';
import { rows, streams } from './inputs.ts';
import { anyJson, oddText, oneOf, spelledToken } from './odd-values.ts';

/** A store whose pages have ten rows, and what is odd about one of its answers. */

interface StoreAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Buffer;
}

/** What is odd about the answers from the `first` request on, `count` times. */
export interface Oddity {
  readonly first: number;
  readonly count: number;
  readonly what: OddThing;
}

type Headers = Readonly<Record<string, string>>;

type OddThing =
  /** Fields that are added to each row, each with the text of its JSON. */
  | { readonly fields: readonly (readonly [name: string, json: string])[] }
  /** Headers; some of them say where a listing goes on, or how to read the body. */
  | { readonly headers: Headers; readonly isLeading?: boolean }
  | { readonly status: number; readonly headers: Headers; readonly body: string }
  /** The first value of this name. */
  | { readonly key: string; readonly json: string }
  /** Bytes that are left out from a place on, 0 to 1 of the body, and others in theirs. */
  | { readonly place: number; readonly left: number; readonly filling: Uint8Array };

/** Answers requests one by one. */
export type Answering = (request: StoreRequest) => StoreAnswer;

export function oddStore(odd?: Oddity): Answering {
  let requests = 0;
  return (request) => {
    if (request.path === '/token_information')
      return answerWith({ status: 200, body: { token_information: { scopes: [] } } });
    const answer = answerWith(replyTo(request), request.path);
    requests += 1;
    const isOdd = odd !== undefined && requests >= odd.first && requests < odd.first + odd.count;
    return isOdd ? changed(answer, odd.what) : answer;
  };
}

function replyTo(request: StoreRequest): Reply {
  try {
    const limit = Math.min(10, Number(request.query.get('limit') ?? 50));
    return honestReply(request, asking(request.query, { limit: `${limit}` }), rows);
  } catch {
    // A cursor that it has not given.
    return refused(422);
  }
}

function answerWith({ status, body, next }: Reply, path = ''): StoreAnswer {
  const link = next && { link: `<http://store${path}?${next.toString()}>; rel="next"` };
  const headers = { 'content-type': 'application/json', 'x-recharge-limit': '1/4000', ...link };
  return { status, headers, body: Buffer.from(JSON.stringify(body)) };
}

const headerText = oddText.map((text) => text.replaceAll(/[^\t\x20-\x7e]/g, '').slice(0, 4_000));

/** Headers that say nothing of where a listing goes on. */
const harmlessHeaders = fc.oneof(
  fc.record({
    'x-recharge-limit': fc.oneof(
      headerText,
      oneOf('0/1', '4000000/40', '40/40', '9e9/1', `1/${'9'.repeat(400)}`),
    ),
  }),
  fc.record({
    date: fc.oneof(headerText, oneOf('Fri, 31 Dec 9999 23:59:59 GMT', 'Thu, 01 Jan 1970 00:00:00 GMT')),
  }),
  fc.record({ 'retry-after': fc.oneof(headerText, oneOf('99999999', '9'.repeat(400))) }),
  fc.record({ 'content-type': headerText, 'x-odd': headerText }),
);
const leadingHeaders = fc.oneof(
  fc.record({
    link: fc.oneof(
      headerText,
      oneOf(
        '<http://[>; rel="next"',
        '<//[>; rel="next"',
        '<http://x:99999999>; rel=next',
        '<?page=2>; rel="next"',
        '<',
      ),
    ),
  }),
  fc.record({
    'content-encoding': fc.oneof(headerText, oneOf('gzip', 'br', 'identity', 'gzip, gzip', 'zstd')),
  }),
);

const status = oneOf(
  200,
  201,
  204,
  206,
  300,
  302,
  304,
  400,
  401,
  402,
  403,
  404,
  405,
  408,
  409,
  410,
  418,
  422,
  423,
  425,
  426,
  429,
  430,
  451,
  500,
  501,
  502,
  503,
  504,
  520,
  600,
  999,
);
const words = fc.oneof(
  anyJson,
  oddText.map((text) => JSON.stringify(text)),
  spelledToken.map((text) => JSON.stringify(`no such token: ${text}`)),
);
const errorBody = fc.oneof(
  words.map((said) => `{"errors":${said}}`),
  words.map((said) => `{"error":${said},"warning":${said}}`),
  words.map((said) => `{"errors":{"cursor":[${said}]}}`),
  oneOf('<html>no</html>', '', '{}'),
  oddText,
);

const addedName = fc
  .oneof(
    oddText,
    oneOf(
      'line_items',
      'total_price',
      'note',
      'created_at',
      'shipping_address',
      'is_prepaid',
      'properties',
      'customer',
      'tags',
      '_ab_additional_properties',
    ),
  )
  .filter((text) => text !== 'id' && text !== 'updated_at');

const oddThings: fc.Arbitrary<OddThing> = fc.oneof(
  fc.array(fc.tuple(addedName, anyJson), { minLength: 1, maxLength: 5 }).map((fields) => ({ fields })),
  harmlessHeaders.map((headers) => ({ headers })),
  leadingHeaders.map((headers) => ({ headers, isLeading: true })),
  fc.record({ status, body: errorBody, headers: harmlessHeaders }),
  fc.record({
    key: oneOf('next_cursor', 'previous_cursor', ...streams, 'error', 'errors', 'id', 'updated_at'),
    json: anyJson,
  }),
  fc.record({
    place: fc.double({ min: 0, max: 1, noNaN: true }),
    left: fc.nat(20),
    filling: fc.uint8Array({ maxLength: 6 }),
  }),
);

export const oddities: fc.Arbitrary<Oddity> = fc.record({
  first: fc.integer({ min: 1, max: 4 }),
  count: oneOf(1, 2, 1_000),
  what: oddThings,
});

/** Whether a sync must not lose a row by it. */
export function isHarmless({ what }: Oddity): boolean {
  return 'fields' in what || ('headers' in what && !('isLeading' in what) && !('status' in what));
}

function changed(answer: StoreAnswer, what: OddThing): StoreAnswer {
  const { body } = answer;
  const edited = (edit: (text: string) => string) => ({
    ...answer,
    body: Buffer.from(edit(body.toString())),
  });
  if ('fields' in what) {
    const added = what.fields.map(([name, json]) => `${JSON.stringify(name)}:${json},`).join('');
    // Before the row's own fields: of two alike, JSON takes the latter.
    return edited((text) => text.replaceAll('{"id":', () => `{${added}"id":`));
  }
  if ('headers' in what) {
    const headers = { ...answer.headers, ...what.headers };
    return 'status' in what
      ? { status: what.status, headers, body: Buffer.from(what.body) }
      : { ...answer, headers };
  }
  if ('key' in what) {
    const { key, json } = what;
    return edited((text) =>
      text
        .replace(new RegExp(`"${key}":(?:null|"[^"]*"|\\d+)`), () => `"${key}":${json}`)
        .replace(`"${key}":[`, () => `"${key}":${json},"before":[`),
    );
  }
  const at = Math.floor(what.place * body.length);
  const rest = body.subarray(at + what.left);
  return { ...answer, body: Buffer.concat([body.subarray(0, at), what.filling, rest]) };
}
