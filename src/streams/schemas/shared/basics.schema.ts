import { list, listOfPairs, object, text } from '../../../airbyte/index.ts';

/** An amount of money as the text Recharge sends, `"24.30"`: a number would lose its cents' digits somewhere. */
export const money = text;

/** What the shop's own platform calls the same thing; a text even where it looks like a number. */
export const externalId = object({ ecommerce: text });

/** Names and values that a merchant or an app has set. A value of another type than text is the text of its JSON. */
export const properties = listOfPairs(object({ name: text, value: text }), 'name', 'value');

/** Where a customer came from. */
export const analyticsData = object({
  utm_params: list(
    object({
      utm_campaign: text,
      utm_content: text,
      utm_data_source: text,
      utm_source: text,
      utm_medium: text,
      utm_term: text,
      utm_timestamp: text,
    }),
  ),
});

/** The browser that an order was made with. */
export const clientDetails = object({ browser_ip: text, user_agent: text });
