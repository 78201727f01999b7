import type { JsonValue } from './json.ts';
import { plainType } from './schema-field-type.ts';

/** From here on PyAirbyte's caches abort the whole sync. */
const tooLarge = 1e31;

/** A number, with every digit it came with. One of 1e31 or more cannot be loaded and is null. */
export const number = plainType({ type: 'number' }, (value) =>
  Math.abs(Number(digitsOf(value))) < tooLarge ? value : undefined,
);

/** A whole number of at most 64 bits, with every digit it came with. `5.0` is 5; a fraction is null. */
export const integer = plainType({ type: 'integer' }, (value) =>
  Number.isSafeInteger(value) ? value : wholeNumber(digitsOf(value)),
);

/** An integer that may come as text: `"30"` is 30. */
export const integerOrText = plainType({ type: 'integer' }, (value) =>
  wholeNumber(typeof value === 'string' ? value : digitsOf(value)),
);

/** True or false; a word or a number is null. */
export const boolean = plainType({ type: 'boolean' }, (value) =>
  typeof value === 'boolean' ? value : undefined,
);

/** A boolean that may come as 0 or 1. */
export const booleanOrBit = plainType({ type: 'boolean' }, (value) => {
  if (typeof value === 'boolean') return value;
  const bit = wholeNumber(digitsOf(value));
  return bit === 0 || bit === 1 ? bit === 1 : undefined;
});

/** A number's own digits; of anything else, a text that is no number. */
export function digitsOf(value: JsonValue): string {
  if (typeof value === 'number') return String(value);
  return JSON.isRawJSON(value) ? value.rawJSON : 'NaN';
}

const numberParts = /^(?<minus>-?)(?<whole>\d+)(?:\.(?<fraction>\d+))?(?:[eE](?<exponent>[-+]?\d+))?$/;
const longestInteger = 19;

/** The whole number of at most 64 bits that `text` writes, if it writes one. */
function wholeNumber(text: string): JsonValue | undefined {
  const { minus, whole, fraction = '', exponent = '0' } = numberParts.exec(text)?.groups ?? {};
  if (whole === undefined) return undefined;
  const digits = (whole + fraction).replace(/0+$/, '');
  const significant = digits.replace(/^0+/, '');
  if (significant === '') return 0;
  const zeros = whole.length + Number(exponent) - digits.length;
  if (zeros < 0 || significant.length + zeros > longestInteger) return undefined;
  return sixtyFourBits(BigInt(`${minus}${significant}${'0'.repeat(zeros)}`));
}

function sixtyFourBits(whole: bigint): JsonValue | undefined {
  if (BigInt.asIntN(64, whole) !== whole) return undefined;
  const double = Number(whole);
  return Number.isSafeInteger(double) ? double : JSON.rawJSON(String(whole));
}
