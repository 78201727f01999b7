import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { JsonObject } from './json.ts';
import { redactor } from './secrets.ts';

const secret = { type: 'string', airbyte_secret: true };
const specification: JsonObject = { properties: { token: secret, user: { type: 'string' } } };
const hide = (token: string, text: string) => redactor(specification, { token })(text);

const html = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** How a text may stand in an error: each has been seen in one. */
const spellings: [string, (text: string) => string][] = [
  ['as it is', (text) => text],
  ['in a URL', encodeURIComponent],
  ['in a form', (text) => new URLSearchParams({ text }).toString()],
  ['in JSON', (text) => JSON.stringify({ text })],
  ['in JSON quoted in JSON', (text) => JSON.stringify({ body: JSON.stringify({ text }) })],
  ['in HTML', html],
  ['in an attribute of HTML', (text) => html(text).replaceAll('"', '&quot;')],
  ['in base64', (text) => Buffer.from(text).toString('base64')],
  ['in base64 for URLs', (text) => Buffer.from(text).toString('base64url')],
];

const anySecret = fc
  .string({ unit: fc.constantFrom(...'ab1-_~ $^.*+?()[]{}|\\/&=#%<>"\'`\n;:,@!é☃😀'), minLength: 4 })
  .filter((text) => text.trim().length >= 4 && !text.includes('*'));

describe('a secret is redacted in every encoding [E-09]', () => {
  test.each(spellings)('%s', (_name, spell) => {
    fc.assert(
      fc.property(anySecret, fc.string(), fc.string(), (token, before, after) => {
        for (const text of [token, token.trim()]) {
          const clean = hide(token, before + spell(text) + after);
          expect(clean).toContain('****');
          expect(clean).not.toContain(spell(text));
        }
      }),
    );
  });

  test('with a lone surrogate in it', () => {
    expect(hide('sesame \uD83D', 'open sesame \uD83D')).toBe('open ****');
  });
});

test('redacts nothing else', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      expect(hide('\u{10FFFF}secret', text)).toBe(text);
    }),
  );
  expect(redactor(specification, { token: 'sesame', user: 'alice' })('alice said sesame')).toBe(
    'alice said ****',
  );
});

test('redacts the longer of two secrets first', () => {
  const spec = { properties: { key: secret, keyAndMore: secret } };
  expect(redactor(spec, { key: 'abcd', keyAndMore: 'abcdefgh' })('abcdefgh abcd')).toBe('**** ****');
});

test.each([
  ['an empty one', ''],
  ['one too short to be one', 'abc'],
  ['one of spaces', '       '],
  ['none', null],
  ['one of the wrong type', { a: 1 }],
])('%s is not redacted', (_name, token) => {
  expect(redactor(specification, { token })('abc  a  b        c null')).toBe('abc  a  b        c null');
});

test.each<[string, JsonObject, JsonObject]>([
  ['nested', { properties: { auth: { properties: { key: secret } } } }, { auth: { key: 'sesame' } }],
  [
    'in a variant',
    { properties: { auth: { oneOf: [{ properties: {} }, { properties: { key: secret } }] } } },
    { auth: { key: 'sesame' } },
  ],
  [
    'in a list',
    { properties: { keys: { items: { properties: { key: secret } } } } },
    { keys: [{}, { key: 'sesame' }] },
  ],
  ['a number', { properties: { pin: { type: 'integer', airbyte_secret: true } } }, { pin: 123_456 }],
])("finds a secret by the specification's mark: %s", (_name, spec, config) => {
  expect(redactor(spec, config)('sesame 123456')).toContain('****');
});
