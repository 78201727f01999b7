import { anyObject, integer, object, primaryKey, schema, text, timestamp } from '../../airbyte/index.ts';

/**
 * A membership programme. What is known of `external_attributes` comes from one example; the names of tags and
 * segments are the merchant's.
 *
 * https://developer.rechargepayments.com/2021-11/membership_programs
 */
export const membershipPrograms = schema({
  id: primaryKey(integer),
  created_at: timestamp,
  description: text,
  external_attributes: object({
    order_tag: text,
    customer_tags: anyObject,
    segments: anyObject,
    image_path: text,
  }),
  name: text,
  status: text,
  tag_name: text,
  updated_at: timestamp,
});
