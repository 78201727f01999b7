import { integer, object, text } from '../../../airbyte/index.ts';

/** Links to a product's picture in four sizes; may be empty. */
export const images = object({
  large: text,
  medium: text,
  original: text,
  small: text,
  sort_order: integer,
});
