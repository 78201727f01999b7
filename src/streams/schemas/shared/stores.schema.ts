import { object, text } from '../../../airbyte/index.ts';

/** How a currency is written. */
export const currencySymbol = object({
  currency: text,
  location: text,
  locale_name: text,
  suffix: text,
  symbol: text,
});
