/** A list within the bytes of a JSON object. Offsets are in bytes, ends exclusive. */
export interface JsonList {
  /** Of its opening bracket. */
  readonly begin: number;
  /** Behind its closing bracket. */
  readonly end: number;
  /** Where each item lies, white space around it included. */
  readonly items: readonly (readonly [begin: number, end: number])[];
}

const [quote, backslash, comma] = [0x22, 0x5c, 0x2c];
const [openList, closeList, openObject, closeObject] = [0x5b, 0x5d, 0x7b, 0x7d];
const space = 0x20;

/**
 * The list that JSON.parse would give as the object's `key`; undefined where it would give something else or throw.
 *
 * Most of what is wrong goes unseen here, but the bytes are valid JSON exactly if they are with `[]` in the list's place
 * and each item is by itself. In UTF-8 no byte of a longer character looks like one of JSON's own.
 *
 * @throws SyntaxError where a field's name is none
 */
export function listIn(bytes: Buffer, key: string): JsonList | undefined {
  let list: JsonList | undefined;
  let at = afterSpace(bytes, 0);
  if (bytes[at] !== openObject) return undefined;
  do {
    const name = afterSpace(bytes, at + 1);
    const nameEnd = endOfText(bytes, name);
    const value = afterSpace(bytes, afterSpace(bytes, nameEnd) + 1);
    // Spelled with escapes it is the same name, and of two the later one counts.
    const isWanted = bytes[name] === quote && JSON.parse(bytes.toString('utf8', name, nameEnd)) === key;
    const found = isWanted && bytes[value] === openList ? listAt(bytes, value) : undefined;
    if (isWanted) list = found;
    at = endOfValue(bytes, found?.end ?? value);
  } while (bytes[at] === comma);
  return list;
}

function listAt(bytes: Uint8Array, begin: number): JsonList | undefined {
  const items: [number, number][] = [];
  let at = begin;
  do {
    const end = endOfValue(bytes, at + 1);
    items.push([at + 1, end]);
    at = end;
  } while (bytes[at] === comma);
  if (bytes[at] !== closeList) return undefined;
  const isEmpty = items.length === 1 && afterSpace(bytes, begin + 1) === at;
  return { begin, end: at + 1, items: isEmpty ? [] : items };
}

/** The comma or bracket behind a value, or the end of all bytes. */
function endOfValue(bytes: Uint8Array, begin: number): number {
  let depth = 0;
  for (let at = begin; at < bytes.length; at++) {
    const byte = bytes[at];
    if (byte === quote) at = endOfText(bytes, at) - 1;
    else if (byte === openList || byte === openObject) depth++;
    else if (byte === comma && depth === 0) return at;
    else if ((byte === closeList || byte === closeObject) && depth-- === 0) return at;
  }
  return bytes.length;
}

/** Behind the quote that closes the text which opens at `begin`. */
function endOfText(bytes: Uint8Array, begin: number): number {
  let at = begin + 1;
  while (at < bytes.length && bytes[at] !== quote) at += bytes[at] === backslash ? 2 : 1;
  return at + 1;
}

function afterSpace(bytes: Uint8Array, begin: number): number {
  let at = begin;
  while ((bytes[at] ?? Infinity) <= space) at++;
  return at;
}
