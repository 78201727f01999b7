import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { listIn } from './json-list.ts';

/** What stands in for the list, and its items; undefined where there is none. */
function cut(text: string, key = 'rows'): { rest: string; items: string[] } | undefined {
  const bytes = Buffer.from(text);
  const list = listIn(bytes, key);
  if (list === undefined) return undefined;
  const within = (begin: number, end?: number) => bytes.toString('utf8', begin, end);
  return {
    rest: `${within(0, list.begin)}[]${within(list.end)}`,
    items: list.items.map(([begin, end]) => within(begin, end)),
  };
}

/** Reads a text by its parts, as answers are read. @throws SyntaxError as JSON.parse does */
function parsedInParts(text: string): unknown {
  const parts = cut(text);
  if (parts === undefined) return JSON.parse(text);
  return { ...JSON.parse(parts.rest), rows: parts.items.map((item) => JSON.parse(item)) };
}

/** Undefined where it throws. */
function triedIn(read: (text: string) => unknown, text: string): unknown {
  try {
    return read(text);
  } catch {
    return undefined;
  }
}

describe('a list within an object', () => {
  it.each([
    ['{"rows":[{"a":1},{"a":[2,3]}],"next":null}', ['{"a":1}', '{"a":[2,3]}']],
    ['{"next":"rows","rows" : [ 1 , "]" ]}', [' 1 ', ' "]" ']],
    ['{"rows":["\\"],[",{"\\\\":"}"}]}', ['"\\"],["', '{"\\\\":"}"}']],
    ['{"r\\u006fws":["雪, ]","é"]}', ['"雪, ]"', '"é"']],
    ['{"rows":[1],"rows":[2]}', ['2']],
    ['{"a":{"rows":[1]},"rows":[ ]}', []],
  ])('%s', (text, items) => {
    expect(cut(text)?.items).toEqual(items);
    expect(parsedInParts(text)).toEqual(JSON.parse(text));
  });

  it.each([
    '[1]',
    '"rows"',
    '',
    '{}',
    '{"rows":{"rows":[1]}}',
    '{"rows":[1],"rows":2}',
    '{"rows":[1}',
    '{"rows":[1',
  ])('is not in %s', (text) => expect(triedIn(cut, text)).toBeUndefined());
});

const rows = fc.array(fc.jsonValue());
const bodies = fc.record({ rows: fc.oneof(rows, fc.jsonValue()), a: fc.jsonValue(), '{"[': fc.string() });
const texts = fc
  .tuple(fc.oneof(bodies, fc.jsonValue()), fc.constantFrom(0, 1, '\t'))
  .map(([value, indent]) => JSON.stringify(value, undefined, indent));

it('in parts, any JSON is what it is as a whole', () => {
  fc.assert(
    fc.property(texts, (text) => {
      expect(parsedInParts(text)).toEqual(JSON.parse(text));
    }),
  );
});

it('cut off, doubled or put together anywhere, it is refused exactly where JSON.parse refuses it', () => {
  const mangled = fc
    .tuple(
      texts,
      texts,
      fc.nat(),
      fc.nat(),
      fc.constantFrom('', ',', ']', '}', '[', '{', '"', '\\', ':', '0'),
    )
    .map(([text, other, at, from, between]) => {
      const begin = text.slice(0, at % (text.length + 1));
      return begin + between + other.slice(from % (other.length + 1));
    });
  fc.assert(
    fc.property(mangled, (text) => {
      expect(triedIn(parsedInParts, text)).toEqual(triedIn(JSON.parse, text));
    }),
    { numRuns: 5_000 },
  );
});
