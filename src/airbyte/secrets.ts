import { isObject, type JsonObject, type JsonValue } from './json.ts';

/** Characters. A shorter value would be found in ordinary words of a log. */
const minSecretLength = 4;

/** Replaces secrets in a text. */
export type Redact = (text: string) => string;

/**
 * Replaces every value of the configuration that the specification marks `airbyte_secret` by ****, in all its encodings.
 * For logs and traces; records are never redacted.
 */
export function redactor(specification: JsonObject, config: JsonObject): Redact {
  const spellings = secretValues(specification, config)
    .flatMap((secret) => [secret, secret.trim()])
    .filter((secret) => secret.trim().length >= minSecretLength)
    .flatMap(spellingsOf);
  const longestFirst = [...new Set(spellings)].toSorted((a, b) => b.length - a.length);
  return (text) => longestFirst.reduce((clean, secret) => clean.replaceAll(secret, '****'), text);
}

/** Plain, and as in a URL, a form, JSON, JSON within JSON, HTML and base64. */
function spellingsOf(secret: string): string[] {
  const escaped = JSON.stringify(secret).slice(1, -1);
  const html = secret.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  return [
    secret,
    encodeURIComponent(secret.toWellFormed()),
    new URLSearchParams([['', secret]]).toString().slice(1),
    escaped,
    JSON.stringify(escaped).slice(1, -1),
    html,
    html.replaceAll('"', '&quot;'),
    Buffer.from(secret).toString('base64').replaceAll('=', ''),
    Buffer.from(secret).toString('base64url'),
  ];
}

/** The value of every field, at any depth, whose name is marked as a secret anywhere in the specification. */
function secretValues(specification: JsonObject, config: JsonObject): string[] {
  const isSecret = (schema: JsonValue) => isObject(schema) && schema['airbyte_secret'] === true;
  const names = new Set([...fieldsIn(specification)].map(([name, schema]) => isSecret(schema) && name));
  return [...fieldsIn(config)].flatMap(([name, value]) =>
    names.has(name) && (typeof value === 'string' || typeof value === 'number') ? [`${value}`] : [],
  );
}

function* fieldsIn(value: JsonValue): Generator<[name: string, value: JsonValue]> {
  if (!(value instanceof Object)) return;
  for (const [name, inner] of Object.entries(value)) {
    yield [name, inner];
    yield* fieldsIn(inner);
  }
}
