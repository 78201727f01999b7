import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { JsonObject } from './json.ts';
import { redactor } from './secrets.ts';

const secret = { type: 'string', airbyte_secret: true };
const specification: JsonObject = { properties: { token: secret, user: { type: 'string' } } };
const hide = (token: string, text: string) => redactor(specification, { token })(text);

const html = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** How a text may stand in an error: each has been seen in one. */
type Spelling = [string, (text: string) => string];
const each = (spell: (character: string) => string) => (text: string) => [...text].map(spell).join('');
const codeOf = (character: string) => character.codePointAt(0) ?? 0;
const hexOf = (text: string) => Buffer.from(text).toString('hex');

const spellings: Spelling[] = [
  ['as it is', (text) => text],
  ['in a URL', encodeURIComponent],
  ['in a form', (text) => new URLSearchParams({ text }).toString()],
  ['in JSON', (text) => JSON.stringify({ text })],
  ['in JSON quoted in JSON', (text) => JSON.stringify({ body: JSON.stringify({ text }) })],
  ['in HTML', html],
  ['in an attribute of HTML', (text) => html(text).replaceAll('"', '&quot;')],
  ['in base64', (text) => Buffer.from(text).toString('base64')],
  ['in base64 for URLs', (text) => Buffer.from(text).toString('base64url')],
  ['in a URL that escapes every letter', (text) => hexOf(text).replaceAll(/../g, '%$&')],
  ['so, in capitals', (text) => hexOf(text).toUpperCase().replaceAll(/../g, '%$&')],
  [
    'in JSON that escapes every letter',
    (text) => text.replaceAll(/[^]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`),
  ],
  ['in HTML that escapes every letter', each((character) => `&#${codeOf(character)};`)],
  ['so, in hexadecimal', each((character) => `&#x${codeOf(character).toString(16)};`)],
  ['in base64 among other words', (text) => Buffer.from(`Bearer ${text}, x`).toString('base64')],
  ['so, one letter further', (text) => Buffer.from(`Bearer: ${text}, x`).toString('base64')],
  ['so, two letters further', (text) => Buffer.from(`Bearer : ${text}, x`).toString('base64url')],
  [
    'in base64 of several lines',
    (text) => Buffer.from(text).toString('base64').replaceAll(/.{8}/g, '$&\r\n'),
  ],
  ['in hexadecimal', hexOf],
];

/** Spellings of a spelling, up to three deep. */
const nested = fc
  .array(fc.constantFrom(...spellings.slice(1).filter(([name]) => name !== 'in JSON quoted in JSON')), {
    minLength: 2,
    maxLength: 3,
  })
  .map(
    (all): Spelling => [
      all.map(([name]) => name).join(', then '),
      (text) => all.reduce((inner, [, spell]) => spell(inner), text),
    ],
  );

const anySecret = fc
  .string({ unit: fc.constantFrom(...'ab1-_~ $^.*+?()[]{}|\\/&=#%<>"\'`\n;:,@!é☃😀'), minLength: 4 })
  .filter((text) => text.trim().length >= 4 && !text.includes('*'));

describe('a secret is redacted in every encoding [E-09]', () => {
  test.each(spellings)('%s', (_name, spell) => {
    fc.assert(
      fc.property(anySecret, fc.string(), fc.string(), (token, before, after) => {
        for (const text of [token, token.trim()]) {
          const clean = hide(token, `${before} ${spell(text)} ${after}`);
          expect(clean).toContain('****');
          expect(clean).not.toContain(spell(text));
        }
      }),
    );
  });

  test('and in encodings of encodings, up to three deep', () => {
    // Of a backslash at its end nobody could say whether it escapes what follows.
    const plain = anySecret.filter((text) => !text.includes('\\'));
    fc.assert(
      fc.property(plain, nested, fc.string(), (token, [, spell], before) => {
        const spelled = spell(token);
        const clean = hide(token, `${before} ${spelled} `);
        expect(clean).toContain('****');
        expect(clean).not.toContain(spelled);
      }),
    );
  });

  test('and in other letters, large for small', () => {
    expect(hide('sk_live_1a2b', 'SK_LIVE_1A2B sk_Live_1a2B')).toBe('**** ****');
  });

  test('and of the text around it nothing is lost', () => {
    expect(hide('sk_live_1a2b', 'über 50% of %73k_live_1a2b, &amp; so on: \\u0041')).toBe(
      'über 50% of ****, &amp; so on: \\u0041',
    );
  });

  test('takes time by the length of the text alone', () => {
    const text = `${'%41&amp;\\u0041'.repeat(10_000)}${Buffer.from('sk_live'.repeat(10_000)).toString('base64')}`;
    const began = performance.now();
    expect(hide('sk_live_1a2b', text)).toBe(text);
    expect(performance.now() - began).toBeLessThan(5_000);
  });

  test('with a lone surrogate in it', () => {
    expect(hide('sesame \uD83D', 'open sesame \uD83D')).toBe('open ****');
  });
});

test('a secret of 4,000 characters is redacted, a longer one is refused', () => {
  for (const letter of ['a', '%', '\\', '<', '"', 'é']) {
    const token = letter.repeat(4_000);
    expect(hide(token, `open ${token}.`)).toBe('open ****.');
    expect(() => hide(`${token}1`, 'open')).toThrow(
      'A secret of the configuration has more than 4000 characters.',
    );
  }
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
