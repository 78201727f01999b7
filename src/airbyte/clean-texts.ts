import { mostLevels } from './json-depth.ts';
import { isObject, type JsonObject, type JsonValue } from './json.ts';

/** Gives a text without what may not go out. */
export type Clean = (text: string) => string;

/** What becomes of numbers and the like. */
type Leaf = (value: JsonValue) => JsonValue;

/**
 * The value in place, with every text and field name in it cleaned; undefined where it is nested too deep
 * (`mostLevels`): a part of it is cleaned then.
 */
export function cleanTexts(value: JsonValue, clean: Clean, leaf?: Leaf): JsonValue | undefined {
  try {
    return cleanWithin(value, clean, leaf, mostLevels);
  } catch (error) {
    if (error === tooDeep) return undefined;
    throw error;
  }
}

const tooDeep = new Error('depth');

/** The same at any depth, for what is known to be no deeper than a stack bears. */
export function cleanWithin(value: JsonValue, clean: Clean, leaf?: Leaf, levels = Infinity): JsonValue {
  if (typeof value === 'string') return clean(value);
  if (!Array.isArray(value) && !isObject(value)) return leaf ? leaf(value) : value;
  if (levels === 0) throw tooDeep;
  const fields = value as JsonObject;
  let place = 0;
  for (const sent of Object.keys(fields)) {
    const name = Array.isArray(value) ? sent : cleanName(fields, sent, (place += 1), clean);
    const inner = fields[name] ?? null;
    const cleaned = cleanWithin(inner, clean, leaf, levels - 1);
    if (cleaned !== inner) fields[name] = cleaned;
  }
  return value;
}

/** Cleans a field's name, and makes it one of its own, also beside those of columns. @param place its own in the record */
export function cleanName(record: JsonObject, sent: string, place: number, clean: Clean, columns = {}) {
  const cleaned = clean(sent);
  if (cleaned === sent) return sent;
  // Inherited names are taken too: what is written to `__proto__` is no field.
  const name = freeName(cleaned, place, (taken) => taken === '' || taken in record || taken in columns);
  record[name] = record[sent] ?? null;
  delete record[sent];
  return name;
}

/** A name that is taken gets a `_` after it, and its place where that is taken too: one try each would take for ever. */
export function freeName(name: string, place: number, isTaken: (name: string) => boolean): string {
  if (!isTaken(name)) return name;
  let free = `${name}_`;
  if (isTaken(free)) free += place;
  while (isTaken(free)) free += '_';
  return free;
}

/** Without NUL, which PostgreSQL does not store. @param onNul called for each text that had one */
export function withoutNul(onNul: () => void): Clean {
  return (text) => {
    if (!text.includes('\0')) return text;
    onNul();
    return text.replaceAll('\0', '');
  };
}
