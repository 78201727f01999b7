import { isObject, type JsonObject, type JsonValue } from './json.ts';

/** Shorter values would shred ordinary words of a log (E-09). */
const shortestSecret = 4;

export type Redact = (text: string) => string;

/**
 * A filter that puts **** for every value the specification marks `airbyte_secret`, however it may be spelled in a
 * text. Logs and traces pass through it; records never do.
 */
export function redactor(specification: JsonObject, config: JsonObject): Redact {
  const spellings = secretValues(specification, config)
    .flatMap((secret) => [secret, secret.trim()])
    .filter((secret) => secret.trim().length >= shortestSecret)
    .flatMap(spellingsOf);
  const longestFirst = [...new Set(spellings)].toSorted((a, b) => b.length - a.length);
  return (text) => longestFirst.reduce((clean, secret) => clean.replaceAll(secret, '****'), text);
}

/** As it is, in a URL, in a form, in JSON, in JSON within JSON, in HTML, in base64. */
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

/** Of every field, however deep, whose name stands for a secret anywhere in the specification. */
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
