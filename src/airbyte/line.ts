import { cleanWithin } from './clean-texts.ts';
import { isObject, type JsonObject, type JsonValue } from './json.ts';
import type { Message, RecordChange } from './protocol.ts';

/**
 * Protocol lines: one JSON object and a newline, safe for every known reader.
 *
 * JSON.stringify leaves U+2028, U+2029 and U+0085 raw, where Python's splitlines() cuts, and writes lone
 * surrogates as escapes that pydantic and orjson refuse. Both are rare, so both are looked for after the
 * fact; a literal backslash-u-d8 in a text only costs the slow way, not a wrong line.
 */
const cutsLines = /[\u0085\u2028\u2029]/g;

export function messageLine(message: Message): string {
  return `${safeJson(message as unknown as JsonValue)}\n`;
}

/**
 * A RECORD. `stream` must be a configured stream's name; `emittedAt` is whole milliseconds since the epoch.
 * @param onReplaced called with its column for each text of `data` in which U+FFFD stands for half a character
 */
export function recordLine(
  stream: string,
  data: JsonObject,
  emittedAt: number,
  changes: readonly RecordChange[] = [],
  onReplaced: (column: string) => void = () => {},
): string {
  const meta = changes.length === 0 ? '' : `,"meta":${safeJson({ changes } as unknown as JsonValue)}`;
  return `{"type":"RECORD","record":{"stream":${JSON.stringify(stream)},"data":${safeJson(data, onReplaced)},"emitted_at":${emittedAt}${meta}}}\n`;
}

function safeJson(value: JsonValue, onReplaced: (field: string) => void = () => {}): string {
  const json = JSON.stringify(value);
  // Looking for a text is several times faster than for a pattern.
  const well = json.includes('\\ud') ? JSON.stringify(wellFormed(value, onReplaced)) : json;
  const mayCut = well.includes('\u2028') || well.includes('\u2029') || well.includes('\u0085');
  if (!mayCut) return well;
  return well.replace(cutsLines, (cut) => `\\u${cut.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** The value in place, with U+FFFD for each half of a character. JSON.stringify has been through all its levels. */
function wellFormed(value: JsonValue, onReplaced: (field: string) => void): JsonValue {
  for (const [field, inner] of Object.entries(isObject(value) ? value : {})) {
    const clean = (text: string) => {
      if (!text.isWellFormed()) onReplaced(field);
      return text.toWellFormed();
    };
    (value as JsonObject)[field] = cleanWithin(inner, clean);
  }
  return cleanWithin(value, (text) => text.toWellFormed());
}
