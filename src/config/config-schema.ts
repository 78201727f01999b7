import * as z from 'zod';
import { type ConnectorSpecification, type JsonObject, zodConfig } from '../airbyte/index.ts';
import { dateProblem, datePattern, timeRangeOf } from './dates.ts';
import { documentationUrl } from './release.ts';

export const defaultApiUrl = 'https://api.rechargeapps.com';

const dateError = ({ input }: { readonly input?: unknown }) =>
  input === undefined ? undefined : dateProblem(input);
const date = z
  .string({ error: dateError })
  .refine((text) => timeRangeOf(text) !== undefined, { error: dateError });
const dateField = {
  format: 'date-time',
  pattern: datePattern,
  pattern_descriptor: 'YYYY-MM-DDTHH:mm:ssZ',
} as const;

/** The least `max_requests_per_second`: with less, no sync of a store would end. */
export const fewestPerSecond = 0.1;

const wholeNumberError = { error: 'must be a whole number, 0 or more' };
const wholeNumber = z.int(wholeNumberError).min(0, wholeNumberError);

/** The settings, with the texts of the platform's form. */
export const ConfigSchema = z.object({
  access_token: z
    .string()
    .trim()
    .min(1)
    // Other characters are not valid in an HTTP header, and the request would fail like one without a network.
    .refine((token) => /^[\x21-\x7e]*$/.test(token), {
      error: 'has a character that no token has; copy it again',
    })
    .meta({
      title: 'API Token',
      description:
        'An API token of your Recharge store with read access to what you want to sync. In Recharge: <b>Tools & apps → API tokens → Create an API token</b>.',
      airbyte_secret: true,
      group: 'account',
      order: 0,
    }),
  start_date: date.meta({
    title: 'Start Date',
    description: 'Records updated before this date (UTC) are not synced.',
    ...dateField,
    examples: ['2024-01-01T00:00:00Z'],
    group: 'scope',
    order: 1,
  }),
  end_date: date.optional().meta({
    title: 'End Date',
    description:
      'Records updated after this date (UTC) are not synced. The date itself is included. Leave it empty to sync up to now.',
    ...dateField,
    examples: ['2024-12-31T00:00:00Z'],
    group: 'scope',
    order: 2,
  }),
  lookback_window_days: wholeNumber.default(0).meta({
    title: 'Lookback Window (Days)',
    description:
      'How many days before the last synced update are read again at each sync, for changes that Recharge fills in late.',
    examples: [0, 1, 7],
    order: 3,
  }),
  settling_minutes: wholeNumber.default(30).meta({
    title: 'Settling Time (Minutes)',
    description:
      'Recharge shows some updates late. What was updated in the last so many minutes of a sync is read again by the next one, so that nothing is missed.',
    examples: [30],
    order: 4,
  }),
  max_requests_per_second: z
    .number({ error: 'must be a number above 0' })
    // Of what was saved before there was a minimum, `recharge-source.ts` warns.
    .refine((perSecond) => perSecond > 0, { error: 'must be a number above 0' })
    .optional()
    .meta({
      minimum: fewestPerSecond,
      title: 'Most Requests per Second',
      description:
        'Caps the requests to Recharge, to leave room for other programs that use the same token. Leave it empty to use what the rate limit allows.',
      examples: [1],
      order: 5,
    }),
  use_orders_deprecated_api: z.boolean().default(false).meta({
    title: 'Orders as in API Version 2021-01',
    description:
      'Gives the stream orders the columns of the older API version, as connections of the connector before this one have them. Leave it off for a new connection.',
    order: 6,
  }),
  capture_deletes: z.boolean().default(false).meta({
    title: 'Capture Deletes',
    description:
      'Incremental syncs also bring rows by which Airbyte destinations delete. Without them, charges that an edit replaced stay queued, and upcoming revenue looks too high. Sync at least once a week. The token needs the scope read_events.',
    order: 7,
  }),
  api_url: z.string({ error: 'must be a URL' }).default(defaultApiUrl).meta({
    title: 'API URL',
    description: 'Where the Recharge API is. Only for tests against a local sandbox.',
    airbyte_hidden: true,
    order: 8,
  }),
});

/** The headings of the form. A field without a group is under the last one. */
const groups = [
  { id: 'account', title: 'Recharge account' },
  { id: 'scope', title: 'What to sync' },
  { id: 'advanced', title: 'Advanced' },
];

/** What `spec` prints. It is committed as spec.json, and a test compares the two. */
export function specification(): ConnectorSpecification {
  const { connectionSpecification } = zodConfig(ConfigSchema, documentationUrl).specification();
  const { $schema = '', ...rest } = connectionSpecification;
  for (const setting of Object.values(rest['properties'] as Record<string, JsonObject>)) {
    // Zod gives every integer the largest safe one as its maximum.
    if (setting['maximum'] === Number.MAX_SAFE_INTEGER) delete setting['maximum'];
    setting['group'] ??= 'advanced';
  }
  return {
    documentationUrl,
    connectionSpecification: { $schema, title: 'Recharge Source Spec', ...rest, groups },
  };
}
