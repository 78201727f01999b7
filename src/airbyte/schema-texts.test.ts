import { describe, expect, test } from 'vitest';
import { anyObject, text } from './schema.ts';
import { changed, coerced, nulled, untouched } from './schema-field-types.fixture.ts';

const truncated = (json: string) => ({ json, changes: ['column TRUNCATED'] });

describe('text', () => {
  test.each(['""', '"a\\u2028b"', '"24.30"', '"NaN"'])('%s goes out as it came', (json) =>
    expect(coerced(text, json)).toEqual(untouched(json)),
  );

  test.each([
    ['10', '10'],
    ['10.50', '10.50'],
    ['0E-10', '0E-10'],
    ['1e400', '1e400'],
    ['9007199254740993', '9007199254740993'],
    ['0.0825', '0.0825'],
    ['true', 'true'],
    ['{"a":[1.0,null]}', '{"a":[1.0,null]}'],
    ['[]', '[]'],
    ['{}', '{}'],
  ])('%s is the text %s', (json, written) => expect(coerced(text, json)).toEqual(changed(written)));
});

describe('an open object', () => {
  test.each([
    ['[]', '{}'],
    ['[{"a":1.0}]', '{"a":1.0}'],
    ['[{"a":[1e31,1e400,-1e999]}]', '{"a":[1e31,"1e400","-1e999"]}'],
  ])('%s is %s', (json, out) => expect(coerced(anyObject, json)).toEqual(untouched(out)));

  test.each(['[1]', '[[]]', '[null]', '[{},{}]', '""', '"{}"', '5', 'true'])('%s is null and kept', (json) =>
    expect(coerced(anyObject, json)).toEqual(nulled(json)),
  );
});

describe('NUL', () => {
  test('is taken out of text', () => {
    expect(coerced(text, '"\\u0000a\\u0000b"')).toEqual(truncated('"ab"'));
  });

  test('is taken out of every text and name of an open object', () => {
    expect(coerced(anyObject, '{"a\\u0000":{"b":["c\\u0000",1.0]}}')).toEqual(
      truncated('{"a":{"b":["c",1.0]}}'),
    );
  });

  test.each([
    ['a name that was there', '{"a\\u0000":1,"a":2}', '{"a":2,"a_":1}'],
    ['one another', '{"a\\u0000":1,"\\u0000a":2,"a_":3}', '{"a_":3,"a":1,"a_2":2}'],
    ['nothing', '{"\\u0000":1}', '{"_":1}'],
    [
      'the prototype',
      '{"__proto__\\u0000":1,"\\u0000__proto__":{"b":2}}',
      '{"__proto___":1,"__proto___2":{"b":2}}',
    ],
  ])('leaves no two names of an open object the same: %s', (_what, sent, out) => {
    expect(coerced(anyObject, sent)).toEqual(truncated(out));
  });

  test('is not in the JSON that a text is made of', () => {
    expect(coerced(text, '{"a\\u0000":["b\\u0000"]}')).toEqual(truncated('"{\\"a\\":[\\"b\\"]}"'));
  });
});
