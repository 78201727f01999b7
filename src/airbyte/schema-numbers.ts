import { type JsonValue, rawJSON } from './json.ts';
import { digitsOf, tooLarge } from './schema-digits.ts';
import { plainType } from './schema-field-type.ts';

/** RFC 8259, section 6. */
const jsonNumber = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?$/;
const jsonInteger = /^-?(?:0|[1-9]\d*)$/;

/** A number, with every digit it came with, as text too. One of 1e31 or more cannot be loaded and is null. */
export const number = plainType({ type: 'number' }, (value) => {
  if (typeof value === 'string') return numberIn(value);
  const size = Math.abs(typeof value === 'number' ? value : Number(digitsOf(value)));
  return size < tooLarge ? value : undefined;
});

/** A whole number of at most 64 bits, with every digit it came with. `5.0` and the text `"5"` are 5; a fraction is null. */
export const integer = plainType({ type: 'integer' }, (value) => {
  if (Number.isSafeInteger(value)) return value;
  if (typeof value === 'string') return jsonInteger.test(value) ? wholeNumber(value) : undefined;
  return wholeNumber(digitsOf(value));
});

/** True or false, also as 0 or 1 or as the texts `"true"` and `"false"`. */
export const boolean = plainType({ type: 'boolean' }, (value) => {
  if (typeof value === 'boolean') return value;
  if (value === 'true' || value === 'false') return value === 'true';
  const bit = wholeNumber(digitsOf(value));
  return bit === 0 || bit === 1 ? bit === 1 : undefined;
});

function numberIn(text: string): JsonValue | undefined {
  if (!jsonNumber.test(text)) return undefined;
  const double = Number(text);
  if (Math.abs(double) >= tooLarge) return undefined;
  return String(double) === text ? double : rawJSON(text);
}

const numberParts = /^(?<minus>-?)(?<whole>\d+)(?:\.(?<fraction>\d+))?(?:[eE](?<exponent>[-+]?\d+))?$/;
const longestInteger = 19;

/** The whole number of at most 64 bits that `text` writes, if it writes one. */
function wholeNumber(text: string): JsonValue | undefined {
  const { minus, whole, fraction = '', exponent = '0' } = numberParts.exec(text)?.groups ?? {};
  if (whole === undefined) return undefined;
  const digits = withoutZerosBehind(whole + fraction);
  const significant = digits.replace(/^0+/, '');
  if (significant === '') return 0;
  const zeros = whole.length + Number(exponent) - digits.length;
  if (zeros < 0 || significant.length + zeros > longestInteger) return undefined;
  return sixtyFourBits(BigInt(`${minus}${significant}${'0'.repeat(zeros)}`));
}

/** `/0+$/` would look at each run of zeros from each of its zeros, which is quadratic. */
function withoutZerosBehind(digits: string): string {
  let end = digits.length;
  while (digits[end - 1] === '0') end -= 1;
  return digits.slice(0, end);
}

function sixtyFourBits(whole: bigint): JsonValue | undefined {
  if (BigInt.asIntN(64, whole) !== whole) return undefined;
  const double = Number(whole);
  return Number.isSafeInteger(double) ? double : rawJSON(String(whole));
}
