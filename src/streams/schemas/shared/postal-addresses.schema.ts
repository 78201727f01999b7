import { object, text } from '../../../airbyte/index.ts';

const name = { first_name: text, last_name: text, company: text, phone: text };
const place = { address1: text, address2: text, city: text, province: text, zip: text };

/** An address within another object, with the two letters of its country. */
export const postalAddress = object({ ...name, ...place, country_code: text });

/** A payment method's address, which has its country's name too. */
export const postalAddressWithCountry = object({ ...postalAddress.fields, country: text });

/** An address as 2021-01 has it: with its country's name alone. */
export const postalAddress_2021_01 = object({ ...name, ...place, country: text });
