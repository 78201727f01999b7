/** How much of a currency a dollar was worth when prices were set; a shop does not follow the market. */
const RATES: Readonly<Record<string, number>> = {
  USD: 1,
  CAD: 1.35,
  GBP: 0.8,
  EUR: 0.95,
  SEK: 10.5,
  JPY: 150,
};

/** Currencies without a smaller unit: their amounts have no decimals. */
const WHOLE: ReadonlySet<string> = new Set(['JPY']);

export const CURRENCIES: readonly string[] = Object.keys(RATES);

/** An amount in dollar cents as the shop asks it in another currency, in that currency's smallest unit. */
export function priced(dollarCents: number, currency: string): number {
  const rate = RATES[currency] ?? 1;
  return Math.round(WHOLE.has(currency) ? (dollarCents * rate) / 100 : dollarCents * rate);
}

/** An amount in the smallest unit as the text that 2021-11 uses for money: `12.50`, yen `1875`. */
export function money(amount: number, currency = 'USD'): string {
  if (WHOLE.has(currency)) return String(amount);
  const whole = Math.trunc(amount / 100);
  return `${whole}.${String(amount - whole * 100).padStart(2, '0')}`;
}
