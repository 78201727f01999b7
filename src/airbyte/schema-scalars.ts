import { isRawJSON, type JsonValue, rawJSON } from './json.ts';
import type { FieldType } from './schema-field-type.ts';

/**
 * Text. Anything else is the text of its JSON, whose escapes a database reads too; of a number these are its own digits,
 * so 0.10 is `"0.10"`.
 */
export const text: FieldType = {
  column: { type: 'string' },
  convert: (value) => (typeof value === 'string' ? value : JSON.stringify(value)),
};

/** A number, with every digit it came with, as text too. One of 1e31 or more cannot be loaded and is null. */
export const number: FieldType = {
  column: { type: 'number' },
  convert: (value) => {
    if (typeof value === 'string' && !jsonNumber.test(value)) return undefined;
    const size = typeof value === 'object' ? Number(digitsOf(value)) : Number(value);
    if (!(Math.abs(size) < tooLarge) || typeof value === 'boolean') return undefined;
    return typeof value === 'string' ? numberOf(value) : value;
  },
};

/** A whole number of at most 64 bits, with every digit it came with. `5.0` and the text `"5"` are 5; a fraction is null. */
export const integer: FieldType = {
  column: { type: 'integer' },
  convert: (value) => {
    if (Number.isSafeInteger(value)) return value;
    if (typeof value === 'string') return jsonInteger.test(value) ? wholeNumber(value) : undefined;
    return wholeNumber(digitsOf(value));
  },
};

/** True or false, also as 0 or 1 or as the texts `"true"` and `"false"`. */
export const boolean: FieldType = {
  column: { type: 'boolean' },
  convert: (value) => {
    if (typeof value === 'boolean') return value;
    if (value === 'true' || value === 'false') return value === 'true';
    const bit = wholeNumber(digitsOf(value));
    return bit === 0 || bit === 1 ? bit === 1 : undefined;
  },
};

/** A number that no destination can load as the text of its digits, and any other value as it is. */
export function loadable(value: JsonValue): JsonValue {
  const digits = digitsOf(value);
  return Math.abs(Number(digits)) >= tooLarge ? digits : value;
}

/** A number that no double holds as the text of its digits, of which readers of JSON make null or infinity. */
export function finite(value: JsonValue): JsonValue {
  return isRawJSON(value) && !Number.isFinite(Number(value.rawJSON)) ? value.rawJSON : value;
}

/** From here on PyAirbyte's caches abort the whole sync. */
const tooLarge = 1e31;

/** RFC 8259, section 6. */
const jsonNumber = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?$/;
const jsonInteger = /^-?(?:0|[1-9]\d*)$/;
const numberParts = /^(?<minus>-?)(?<whole>\d+)(?:\.(?<fraction>\d+))?(?:[eE](?<exponent>[-+]?\d+))?$/;
/** `0+$` alone would look at each run of zeros from each of its zeros, which is quadratic. */
const zerosAtEnd = /(?<!0)0+$/;
const longestInteger = 19;

/** A number's own digits; of anything else, a text that is no number. */
function digitsOf(value: JsonValue): string {
  if (typeof value === 'number') return String(value);
  return isRawJSON(value) ? value.rawJSON : 'NaN';
}

/** The number that these digits write, which JSON.stringify writes as they are. */
function numberOf(digits: string): JsonValue {
  const double = Number(digits);
  return String(double) === digits ? double : rawJSON(digits);
}

/** The whole number of at most 64 bits that is written here, if it is one. */
function wholeNumber(written: string): JsonValue | undefined {
  const { minus, whole, fraction = '', exponent = '0' } = numberParts.exec(written)?.groups ?? {};
  if (whole === undefined) return undefined;
  const digits = (whole + fraction).replace(zerosAtEnd, '');
  const significant = digits.replace(/^0+/, '');
  if (significant === '') return 0;
  const zeros = whole.length + Number(exponent) - digits.length;
  if (zeros < 0 || significant.length + zeros > longestInteger) return undefined;
  const integral = BigInt(`${minus}${significant}${'0'.repeat(zeros)}`);
  return BigInt.asIntN(64, integral) === integral ? numberOf(String(integral)) : undefined;
}
