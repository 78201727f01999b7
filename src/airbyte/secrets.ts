import { configError } from './connector-error.ts';
import { isObject, type JsonObject, type JsonValue } from './json.ts';

/** Characters. A shorter value would be found in ordinary words of a log. */
const minSecretLength = 4;
/** Characters, those of a long private key. Of many more V8 makes no pattern. */
const maxSecretLength = 4_000;
/** Encodings within each other that are seen through. */
const mostLayers = 3;

/** Replaces secrets in a text. */
export type Redact = (text: string) => string;

/**
 * Replaces every value of the configuration that the specification marks `airbyte_secret` by ****, in capitals or not:
 * plain, and as in a URL, a form, JSON, HTML, hexadecimal and base64, also of a text around it, up to three of these
 * within each other. For logs and traces; records are never redacted.
 * @throws ConnectorError (config_error) where one is too long for that
 */
export function redactor(specification: JsonObject, config: JsonObject): Redact {
  const secrets = secretValues(specification, config);
  if (secrets.some(({ length }) => length > maxSecretLength))
    throw configError(`A secret of the configuration has more than ${maxSecretLength} characters.`);
  const forms = secrets
    .flatMap((secret) => [secret, secret.trim()])
    .flatMap((secret) => formsOf(bytesOf(secret)))
    .filter((form) => form.trim().length >= minSecretLength)
    .toSorted((a, b) => b.length - a.length);
  if (forms.length === 0) return (text) => text;
  const pattern = forms.map((form) => RegExp.escape(form).replaceAll('\\x20', '[ +]')).join('|');
  const spansIn = finderOf(new RegExp(pattern, 'gi'), forms.at(-1)?.length ?? 0);
  return (text) => {
    const bytes = bytesOf(text);
    const spans = spansIn(bytes, mostLayers).toSorted((a, b) => a.from - b.from);
    if (spans.length === 0) return text;
    let [clean, done] = ['', 0];
    for (const { from, to } of spans) {
      if (from >= done) clean += `${bytes.slice(done, from)}****`;
      done = Math.max(done, to);
    }
    return Buffer.from(clean + bytes.slice(done), 'latin1').toString('utf8');
  };
}

/** A text of characters that each stand for a byte of UTF-8: what encodings are of. */
function bytesOf(text: string): string {
  return Buffer.from(text).toString('latin1');
}

/** What looks like an escape in a secret is taken for one in the text too, or is left alone in HTML. */
function formsOf(secret: string): string[] {
  const html = secret.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  const forms = [html, html.replaceAll('"', '&quot;'), secret];
  for (let layer = 0; layer < mostLayers; layer += 1) forms.push(decoded(forms.at(-1) ?? '').text);
  return [...new Set(forms)];
}

/** Runs of characters that may be an encoding, and at how many places of a run its bytes may begin. */
const encodings = [
  { encoding: 'base64', run: /[\w+/-]{4,}(?:\r?\n[\w+/-]+)*/g, offsets: [0, 1, 2, 3] },
  { encoding: 'hex', run: /[0-9a-f]{8,}/gi, offsets: [0, 1] },
] as const;

/**
 * Makes the search for a pattern in a text and in what the text may encode, in so many layers within each other.
 * @param shortest bytes of the shortest match
 */
function finderOf(pattern: RegExp, shortest: number) {
  const shortestRun = (shortest * 4) / 3;
  return function spansIn(text: string, layers: number): Span[] {
    const spans = Array.from(text.matchAll(pattern), spanOf);
    if (layers === 0) return spans;
    const { text: plain, starts } = decoded(text);
    if (plain.length < text.length)
      for (const { from, to } of spansIn(plain, layers - 1))
        spans.push({ from: starts[from] ?? 0, to: starts[to] ?? text.length });
    for (const { encoding, run, offsets } of encodings)
      for (const match of text.matchAll(run)) {
        const isIn = (offset: number) =>
          spansIn(Buffer.from(match[0].slice(offset), encoding).toString('latin1'), layers - 1).length > 0;
        if (match[0].length >= shortestRun && offsets.some(isIn)) spans.push(spanOf(match));
      }
    return spans;
  };
}

type Span = ReturnType<typeof spanOf>;

function spanOf({ 0: { length }, index }: RegExpExecArray) {
  return { from: index, to: index + length };
}

const escape =
  /(?:%|\\x)(?<byte>[0-9a-f]{2})|(?<json>\\ud[89ab][0-9a-f]{2}\\ud[c-f][0-9a-f]{2}|\\u[0-9a-f]{4}|\\["\\/bfnrt])|&#x(?<hex>[0-9a-f]{1,6});|&#(?<decimal>\d{1,7});|&(?<entity>amp|lt|gt|quot|apos|lowbar);/gi;
const entities: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  lowbar: '_',
};

/** The text with each escape of a URL, JSON and HTML as what it stands for, and where each character began in it. */
function decoded(text: string): { readonly text: string; readonly starts: readonly number[] } {
  const starts: number[] = [];
  let [plain, done] = ['', 0];
  for (const match of [...text.matchAll(escape), undefined]) {
    const { from, to } = match === undefined ? { from: text.length, to: text.length } : spanOf(match);
    for (let at = done; at < from; at += 1) starts.push(at);
    const meaning = meaningOf(match?.groups ?? {});
    for (let byte = 0; byte < meaning.length; byte += 1) starts.push(from);
    plain += text.slice(done, from) + meaning;
    done = to;
  }
  return { text: plain, starts };
}

function meaningOf({ byte, json, hex, decimal, entity }: NonNullable<RegExpExecArray['groups']>): string {
  if (byte !== undefined) return String.fromCharCode(Number.parseInt(byte, 16));
  if (json !== undefined) return bytesOf(JSON.parse(`"${json.toLowerCase()}"`) as string);
  if (entity !== undefined) return entities[entity.toLowerCase()] ?? '';
  const code = hex === undefined ? Number(decimal ?? Number.NaN) : Number.parseInt(hex, 16);
  return code <= 0x10_ffff ? bytesOf(String.fromCodePoint(code)) : '';
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
