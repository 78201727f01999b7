import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import type { JsonObject } from './json.ts';
import { silentLog } from './testing/silent-log.ts';
import { zodConfig } from './zod-config.ts';

const { specification, parseConfig } = zodConfig(
  z.object({
    api_key: z.string().trim().min(1).meta({ title: 'API Key', airbyte_secret: true }),
    days: z.int().default(7).meta({ title: 'Days' }),
  }),
  'https://example.com/docs',
);

test('the specification lists every field with its texts; one with a default is not required', () => {
  const { documentationUrl, connectionSpecification } = specification();
  expect(documentationUrl).toBe('https://example.com/docs');
  expect(connectionSpecification).toMatchObject({
    $schema: 'http://json-schema.org/draft-07/schema#',
    type: 'object',
    required: ['api_key'],
    properties: {
      api_key: { type: 'string', title: 'API Key', airbyte_secret: true },
      days: { type: 'integer', default: 7 },
    },
    additionalProperties: true,
  });
});

const many = Array.from({ length: 30 }, (_, index) => 'a'.repeat(index + 1));

describe('a configuration', () => {
  test('is parsed and typed; null counts as absent', () => {
    const config = parseConfig({ api_key: ' k ', days: null }, silentLog);
    expect(config).toEqual({ api_key: 'k', days: 7 });
    // Typed from the schema: this line does not compile where `days` is no number.
    expect(config.days.toFixed(1)).toBe('7.0');
  });

  test('that is not valid is refused in one sentence that names each field and no value', () => {
    const parse = () => parseConfig({ api_key: '', days: 'sesame' }, silentLog);
    expect(parse).toThrow(/^Config validation error: api_key: .+; days: .+\.$/);
    expect(parse).not.toThrow(/sesame/);
  });

  test.each<[JsonObject, string[]]>([
    [{ dayz: 1, days: null }, ['dayz']],
    [{ __injected_manifest: {}, _limit: 1, __airbyte_oauth: 1 }, []],
    [{ constructor: 1 }, ['constructor']],
    [{ sk_live_secret: 1, token123: 1, ['a'.repeat(41)]: 1, dayz: 1 }, ['dayz, 3 not named here']],
    [
      Object.fromEntries(many.map((name) => [name, 1])),
      [`${many.slice(0, 20).join(', ')}, 10 not named here`],
    ],
  ])('%j has its unknown settings warned of, without those of the platform', (settings, unknown) => {
    const warnings: string[] = [];
    parseConfig({ api_key: 'k', ...settings }, { ...silentLog, warn: (line) => warnings.push(line) });
    expect(warnings).toEqual(
      unknown.map(
        (name) => `The configuration has settings that this connector does not know, and ignores: ${name}.`,
      ),
    );
  });
});
