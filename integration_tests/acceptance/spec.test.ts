import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { beforeAll, expect, test } from 'vitest';
import type { JsonObject, JsonValue } from '../../src/airbyte/index.ts';
import { runConnector } from '../harness/run-connector.ts';

/** What the Connector Acceptance Tests asked of a specification (T01 to T19), and the form that is made of it (UI-*). */
interface Node {
  readonly path: string;
  readonly schema: JsonObject;
}

let spec: { documentationUrl: string; connectionSpecification: JsonObject };
let form: JsonObject;
let properties: Record<string, JsonObject>;
let nodes: readonly Node[];

beforeAll(async () => {
  const run = await runConnector(['spec']);
  spec = run.of('SPEC')[0]?.spec as typeof spec;
  form = spec.connectionSpecification;
  properties = form['properties'] as Record<string, JsonObject>;
  nodes = [...objectsIn(form, '')];
});

/** Every object within, keys of `properties` and keywords alike. */
function* objectsIn(value: JsonValue, path: string): Generator<Node> {
  if (typeof value !== 'object' || value === null) return;
  if (!Array.isArray(value)) yield { path, schema: value as JsonObject };
  for (const [key, inner] of Object.entries(value)) yield* objectsIn(inner as JsonValue, `${path}/${key}`);
}

const withKey = (key: string) => nodes.filter(({ schema }) => Object.hasOwn(schema, key));
const read = async (file: string): Promise<unknown> =>
  JSON.parse(await readFile(resolve(import.meta.dirname, '../..', file), 'utf8'));

test('the sample configuration is valid, and an unknown key is no fault [CLI-09, CLI-10, T01]', async () => {
  const ajv = addFormats.default(new Ajv({ strict: false }));
  const sample = (await read('integration_tests/sample_config.json')) as object;
  expect(ajv.validate(form, { ...sample, more: 1 })).toBe(true);
  expect(ajv.validate(form, (await read('integration_tests/invalid_config.json')) as object)).toBe(true);
});

test('spec.json is what spec prints [MSG-01, UI-09, T02]', async () => {
  expect(await read('spec.json')).toEqual(spec);
  expect(spec).not.toHaveProperty('protocol_version');
  expect(spec.documentationUrl).toMatch(/^https:\/\//);
});

test('no value of an enum twice [T03]', () => {
  for (const { path, schema } of withKey('enum')) {
    const values = schema['enum'] as JsonValue[];
    expect([path, new Set(values).size]).toEqual([path, values.length]);
  }
});

test('a choice is an object whose variants share one constant [UI-05, T04]', () => {
  for (const { path, schema } of withKey('oneOf')) {
    expect([path, schema['type']]).toEqual([path, 'object']);
    const variants = schema['oneOf'] as { properties: Record<string, JsonObject> }[];
    const constants = variants.map(({ properties: own }) =>
      Object.entries(own).flatMap(([name, { const: value }]) => (value === undefined ? [] : [name])),
    );
    expect([path, new Set(constants.map(String)).size, constants[0]?.length]).toEqual([path, 1, 1]);
  }
});

test('whatever may be a secret is one [UI-03, T06]', () => {
  const secrets =
    'client_token access_token api_token token secret client_secret password key service_account_info service_account tenant_id certificate jwt credentials app_id appid refresh_token';
  const names = new Set(secrets.split(' '));
  const named = nodes.flatMap(({ schema }) =>
    Object.entries((schema['properties'] ?? {}) as Record<string, JsonObject>).filter(([name]) =>
      names.has(name),
    ),
  );
  expect(named.map(([name]) => name)).toEqual(['access_token']);
  for (const [name, schema] of named) expect([name, schema['airbyte_secret']]).toEqual([name, true]);
});

test('a property has one type, a list items of one type [T07, T09]', () => {
  for (const [name, { type, items }] of Object.entries(properties)) {
    expect([name, typeof type]).toEqual([name, 'string']);
    if (type === 'array') expect([name, typeof (items as JsonObject)['type']]).toEqual([name, 'string']);
  }
});

test('no object without properties [T08]', () => {
  for (const { path, schema } of nodes.filter((node) => node.schema['type'] === 'object'))
    expect([path, Object.keys((schema['properties'] ?? schema['oneOf'] ?? {}) as object)]).not.toEqual([
      path,
      [],
    ]);
});

test('no keyword that a form cannot be made of [T10, T16]', () => {
  const forbidden =
    'not anyOf allOf patternProperties prefixItems if then else dependentSchemas dependentRequired $ref';
  for (const keyword of forbidden.split(' ')) expect([keyword, withKey(keyword)]).toEqual([keyword, []]);
});

test('a date has a format, a pattern that says so, and words for it [UI-04, UI-07, T11, T12]', () => {
  for (const [name, schema] of Object.entries(properties).filter(([key]) => key.endsWith('_date'))) {
    expect([name, schema['format'], schema['pattern_descriptor']]).toEqual([
      name,
      'date-time',
      'YYYY-MM-DDTHH:mm:ssZ',
    ]);
    for (const example of schema['examples'] as string[])
      expect(example).toMatch(new RegExp(schema['pattern'] as string));
  }
});

test('every property has a place of its own, the required ones first [UI-06, T13]', () => {
  const orders = Object.values(properties).map(({ order }) => Number(order));
  expect(new Set(orders).size).toBe(orders.length);
  const required = form['required'] as string[];
  const placeOf = (name: string) => Number(properties[name]?.['order']);
  const optional = Object.keys(properties).filter((name) => !required.includes(name));
  expect(Math.max(...required.map(placeOf))).toBeLessThan(Math.min(...optional.map(placeOf)));
});

test('groups stand at the top alone, and each is named once [UI-06, T14, T15]', () => {
  const groups = (form['groups'] as { id: string; title: string }[]).map(({ id }) => id);
  expect(new Set(groups).size).toBe(groups.length);
  for (const [name, { group }] of Object.entries(properties))
    expect([name, groups]).toEqual([name, expect.arrayContaining([group])]);
  expect(withKey('group').filter(({ path }) => path.split('/').length > 3)).toEqual([]);
  expect(withKey('display_type')).toEqual([]);
});

test('a token of the store is all there is; no OAuth is offered [UI-08, T17, T18]', () => {
  expect(spec).not.toHaveProperty('advanced_auth');
  expect(spec).not.toHaveProperty('authSpecification');
});

test('open, of draft-07, with a title [UI-01, T19]', () => {
  expect(form).toMatchObject({
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: expect.any(String),
    type: 'object',
    additionalProperties: true,
  });
  for (const { path, schema } of withKey('additionalProperties'))
    expect([path, schema['additionalProperties']]).toEqual([path, true]);
});

/** Title Case: each word with a capital, but for short ones within. */
const titleCase = /^[A-Z][\w-]*(?: (?:(?:as|in|per|of|and|to|the) )*\(?[A-Z\d][\w-]*\)?)*$/;

test('every field has a title in title case, words, a place, and an example or a default unless it is a secret [UI-02]', () => {
  for (const [name, schema] of Object.entries(properties)) {
    expect([name, schema]).toEqual([
      name,
      expect.objectContaining({
        title: expect.stringMatching(titleCase),
        description: expect.stringMatching(/^[A-Z].{10,240}\.$/),
        type: expect.any(String),
        order: expect.any(Number),
      }),
    ]);
    const { examples, default: initial } = schema;
    const secret = schema['airbyte_secret'] === true;
    expect([name, secret || examples !== undefined || initial !== undefined]).toEqual([name, true]);
    const required = (form['required'] as string[]).includes(name);
    if (required) expect([name, initial]).toEqual([name, undefined]);
    if (schema['type'] === 'boolean') expect([name, initial]).toEqual([name, expect.any(Boolean)]);
    const values = [...((examples ?? []) as JsonValue[]), ...(initial === undefined ? [] : [initial])];
    const ajv = addFormats.default(new Ajv({ strict: false }));
    for (const value of values)
      expect([name, value, ajv.validate(schema, value)]).toEqual([name, value, true]);
  }
});

test('the first version asks for these alone; one more would break every saved configuration [UI-10, T20]', () => {
  expect(form['required']).toEqual(['access_token', 'start_date']);
});
