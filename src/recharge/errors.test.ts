import { describe, expect, it } from 'vitest';
import { kindOf, wordsIn } from './errors.ts';

const asItIs = (text: string) => text;

describe('kindOf', () => {
  it.each([
    [[0, 99, 101, 408, 409, 425, 500, 502, 503, 504, 520, 521, 522, 523, 524, 599], 'unavailable'],
    [[301, 400, 402, 404, 405, 406, 415, 422, 426, 501], 'rejected'],
    [[401], 'unauthenticated'],
    [[403], 'forbidden'],
    [[429], 'rateLimited'],
  ])('statuses %j are errors of the kind %s [E-07]', (statuses, kind) => {
    expect(new Set(statuses.map(kindOf))).toEqual(new Set([kind]));
  });
});

describe('wordsIn', () => {
  it.each([
    ['{"error":"bad authentication"}', 'bad authentication'],
    ['{"errors":"Not Found"}', 'Not Found'],
    ['{"warning":"too many requests"}', 'too many requests'],
    ['{"errors":{"cursor":["Invalid value"]}}', 'cursor: Invalid value'],
    ['{"errors":{"email":"is taken"}}', 'email: is taken'],
    [
      '{"errors":{"_schema":["created_at_min must be less than 7 days ago"]}}',
      'created_at_min must be less than 7 days ago',
    ],
    [
      '{"errors":{"billing_address":{"address1":["is missing","is short"]}}}',
      'billing_address: address1: is missing; is short',
    ],
    ['{"error":["is missing",{"limit":["is too large"]}]}', 'is missing; limit: is too large'],
    ['{"errors":[],"error":"bad","warning":"slow"}', 'bad'],
    ['["odd"]', ''],
    ['{"orders":[]}', ''],
    ['<html>502 Bad Gateway</html>', ''],
    ['', ''],
    ['null', ''],
  ])('the body %s says: %s', (body, words) => {
    expect(wordsIn(body, asItIs)).toBe(words);
  });

  it('is cut to a readable length', () => {
    expect(wordsIn(JSON.stringify({ error: 'x'.repeat(10_000) }), asItIs)).toHaveLength(500);
  });

  it('is redacted before it is cut, so that no half of a secret is left', () => {
    const body = JSON.stringify({ error: `${'x'.repeat(490)} sk_live_0123456789` });
    expect(wordsIn(body, (text) => text.replaceAll('sk_live_0123456789', '****'))).toBe(
      `${'x'.repeat(490)} ****`,
    );
  });
});
