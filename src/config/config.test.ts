import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runs } from '../random.fixture.ts';
import { parseConfig } from './config.ts';
import { defaultApiUrl, specification } from './config-schema.ts';

const now = Date.parse('2024-06-01T12:00:00Z');
const good = { access_token: 'sk_1x1_secret', start_date: '2024-01-01T00:00:00Z' };
const parse = (over: object, deploymentMode?: string) =>
  parseConfig({ ...good, ...over }, now, deploymentMode);

describe('parseConfig', () => {
  it('fills in what is not given, and takes null for nothing [CLI-09]', () => {
    const expected = {
      access_token: 'sk_1x1_secret',
      start_date: '2024-01-01T00:00:00Z',
      lookback_window_days: 0,
      settling_minutes: 30,
      use_orders_deprecated_api: false,
      capture_deletes: false,
      api_url: defaultApiUrl,
      window: { start: Date.parse('2024-01-01T00:00:00Z'), end: undefined, lookback: 0, settling: 1_800_000 },
    };
    expect(parse({})).toEqual(expected);
    expect(parse({ end_date: '', lookback_window_days: null })).toEqual(expected);
    expect(
      parse({ end_date: null, lookback_window_days: null, settling_minutes: null, api_url: null }),
    ).toEqual(expected);
  });

  it('trims the token and lets unknown keys be [UI-11]', () => {
    expect(parse({ access_token: ' sk_1x1_secret\n', use_something: true }).access_token).toBe(
      'sk_1x1_secret',
    );
  });

  it.each([
    ['2024-01-31T10:00:00Z', '2024-01-31T10:00:00.000Z', '2024-01-31T10:00:00.999Z'],
    ['2024-01-31', '2024-01-31T00:00:00.000Z', '2024-01-31T23:59:59.999Z'],
    ['01/31/2024', '2024-01-31T00:00:00.000Z', '2024-01-31T23:59:59.999Z'],
    // As JavaScript and Python print times.
    ...[
      '2024-01-31T10:00:00.000Z',
      '2024-01-31T10:00:00',
      '2024-01-31T10:00',
      '2024-01-31 10:00:00',
      '2024-01-31 10:00:00.123456',
      '2024-01-31T10:00:00.123456+00:00',
      '2024-01-31 10:00:00+00:00',
      '2024-01-31 10:00:00 +0000',
      '2024-01-31T12:00:00+02:00',
      '2024-01-31 05:00:00.5-0500',
      '2024-01-31t15:30:00+05:30',
      '2024-01-30T22:00:00-12',
      ' 2024-01-31T10:00:00z\n',
    ].map((text) => [text, '2024-01-31T10:00:00.000Z', '2024-01-31T10:00:00.999Z']),
  ])('reads %j, from its first instant to its last', (date = '', first, last) => {
    const config = parse({ start_date: date, end_date: date });
    expect(new Date(config.window.start).toISOString()).toBe(first);
    expect(new Date(config.window.end ?? 0).toISOString()).toBe(last);
  });

  it.each([
    [{ start_date: '2024-02-31' }, /start_date: is not a date of the calendar/],
    [{ start_date: '02/30/2024' }, /start_date: is not a date of the calendar/],
    [{ start_date: '31/12/2023' }, /start_date: is not a date of the calendar/],
    [{ start_date: '2024-01-01T24:00:00' }, /start_date: is not a date of the calendar/],
    [{ start_date: '2024-01-01T00:00:00+24:00' }, /start_date: is not a date of the calendar/],
    [{ start_date: '2024-01-01+02:00' }, /start_date: must be a date such as/],
    [{ start_date: 20240101 }, /start_date: must be a date/],
    [{ start_date: '2024-06-02' }, /start_date: is in the future/],
    [{ end_date: '2023-12-31' }, /end_date: is before start_date/],
    [{ end_date: '2024-02-30' }, /end_date: is not a date/],
    [{ access_token: '  ' }, /access_token: must not be empty/],
    [{ access_token: null }, /access_token: is missing/],
    [{ access_token: 7 }, /access_token: must be a text/],
    [{ access_token: 'sk_\u200bsecret' }, /access_token: has a character that no token has; copy it again/],
    [{ access_token: 'sk_\nsecret' }, /access_token: has a character that no token has/],
    [{ access_token: 'sk secret' }, /access_token: has a character that no token has/],
    [{ access_token: 'é☃secret' }, /access_token: has a character that no token has/],
    [{ access_token: 'sk_\x01secret' }, /access_token: has a character that no token has/],
    [{ access_token: null, start_date: null }, /access_token: is missing; start_date: is missing/],
    [{ lookback_window_days: -1 }, /lookback_window_days: must be a whole number, 0 or more\./],
    [{ settling_minutes: 1.5 }, /settling_minutes: must be a whole number, 0 or more\./],
    [{ settling_minutes: '30' }, /settling_minutes: must be a whole number, 0 or more\./],
    [{ settling_minutes: Number.MAX_VALUE }, /settling_minutes: must be a whole number, 0 or more\./],
    [{ max_requests_per_second: 0 }, /max_requests_per_second: must be a number above 0/],
    [{ max_requests_per_second: '2' }, /max_requests_per_second: must be a number above 0/],
    [{ api_url: 'recharge' }, /api_url: is not a URL/],
    [{ api_url: '' }, /api_url: is not a URL/],
    [{ api_url: 'https://:secret@example.com' }, /api_url: must be a plain URL/],
    [{ api_url: 'ftp://10.0.0.1' }, /api_url: must begin with https/],
    [{ api_url: 'http://example.com' }, /api_url: must begin with https/],
    [{ api_url: 'http://8.8.8.8' }, /api_url: must begin with https/],
    [{ api_url: 'https://user:secret@example.com' }, /api_url: must be a plain URL/],
  ])('refuses %j in a sentence without its values [CLI-11]', (over, message) => {
    const refuse = () => parse(over);
    expect(refuse).toThrow(message);
    expect(refuse).toThrow(/^Config validation error: /);
    expect(refuse).not.toThrow(/secret|20240101|2023-12-31|example\.com/);
  });

  it('names all that is wrong at once', () => {
    const refuse = () =>
      parse({ access_token: '', start_date: '2024-07-01', end_date: '2024-06-30', api_url: 'ftp://x' });
    expect(refuse).toThrow(
      'Config validation error: access_token: must not be empty; start_date: is in the future; it is 2024-06-01T12:00:00+00:00 now; end_date: is before start_date; api_url: must begin with https://.',
    );
    expect(() => parse({ start_date: 'soon', end_date: 'later', api_url: 7 })).toThrow(
      /: start_date: must be a date .*; end_date: must be a date .*; api_url: must be a URL\.$/,
    );
  });

  it('takes lengths of time that reach back before all dates', () => {
    const most = Number.MAX_SAFE_INTEGER;
    expect(parse({ lookback_window_days: most, settling_minutes: most })).toMatchObject({
      window: { lookback: most * 24 * 3_600_000, settling: most * 60_000 },
    });
  });

  it.each([
    'http://localhost:8787',
    'http://127.0.0.1:1',
    'http://[::1]:1',
    'http://10.1.2.3',
    'http://172.16.0.1',
    'http://192.168.1.1:80',
    'http://[fd00::1]',
    'http://host.docker.internal:8787',
    'https://gateway.example.com/recharge',
  ])('takes the api_url %s', (api_url) => {
    expect(parse({ api_url }).api_url).toBe(api_url);
  });

  it.each([
    'https://169.254.169.254/latest',
    'http://169.254.0.1',
    'https://2852039166',
    'https://[::ffff:169.254.169.254]',
    'http://[fd00:ec2::254]',
    'https://[fe80::1]',
    'https://100.100.100.200',
    'https://168.63.129.16',
    'https://192.0.0.192',
    'https://metadata.google.internal.',
    'https://[::169.254.169.254]',
    'https://[64:ff9b::a9fe:a9fe]',
    'https://[::ffff:0:100.100.100.200]',
    'https://METADATA',
  ])('refuses the api_url %s, where a cloud tells its machines their credentials', (api_url) => {
    expect(() => parse({ api_url })).toThrow(/api_url: must not be where a cloud tells its machines/);
  });

  it('takes no api_url but the default on Airbyte Cloud [RUN-05]', () => {
    expect(() => parse({ api_url: 'https://example.com' }, 'CLOUD')).toThrow(
      /api_url: cannot be changed on Airbyte Cloud/,
    );
    expect(() => parse({ api_url: 'http://127.0.0.1' }, ' cloud\n')).toThrow(/Airbyte Cloud/);
    expect(parse({ api_url: defaultApiUrl }, 'cloud').api_url).toBe(defaultApiUrl);
  });
});

describe('spec.json', () => {
  const spec = specification();

  it('is what the configuration says (npm run spec writes it)', () => {
    expect(JSON.parse(readFileSync('spec.json', 'utf8'))).toEqual(spec);
  });

  it('SPEC-T10, UI-01..04: open, flat, ordered, without anyOf or a bound of zod', () => {
    const text = JSON.stringify(spec);
    expect(text).not.toMatch(/anyOf|allOf|9007199254740991/);
    expect(spec.connectionSpecification).toMatchObject({
      type: 'object',
      additionalProperties: true,
      required: ['access_token', 'start_date'],
    });
    const properties = Object.values(
      spec.connectionSpecification['properties'] as Record<string, Record<string, unknown>>,
    );
    expect(properties.map(({ order }) => order)).toEqual(properties.map((_, index) => index));
    for (const property of properties)
      expect(property).toMatchObject({
        title: expect.any(String),
        description: expect.any(String),
        type: expect.any(String),
      });
  });

  it('admits the dates that parseConfig takes, and no others', () => {
    const validate = new Ajv({ strict: false, validateFormats: false }).compile(spec.connectionSpecification);
    const accepts = (start_date: string) => {
      try {
        return parse({ start_date }) !== undefined;
      } catch {
        return false;
      }
    };
    const one = (...texts: string[]) => fc.constantFrom(...texts);
    const dates = fc.tuple(
      one('', ' ', 'x'),
      one('2024-01-31', '01/31/2024', '2024-1-31', '20240131'),
      one('', 'T', 't', ' ', '  ', '_'),
      one('', '10:00:00', '10:00', '10', '9:00', '10:00:00.5', '10:00:00.123456', '10:00:00.', '10:00.5'),
      one('', ' ', '  '),
      one('', 'Z', 'z', '+00:00', '-0500', '+02', '+2', '+02:0', 'UTC', '-05:30'),
      one('', '\n', ';'),
    );
    fc.assert(
      fc.property(dates, (parts) => {
        const date = parts.join('');
        expect([date, validate({ ...good, start_date: date })]).toEqual([date, accepts(date)]);
      }),
      { numRuns: runs(1_000) },
    );
  });
});
