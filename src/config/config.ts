import type * as z from 'zod';
import { configError, type JsonObject, parseWith, withoutNulls } from '../airbyte/index.ts';
import type { Window } from '../sync/cursor.ts';
import { type Instant, toText } from '../sync/instant.ts';
import { apiUrlProblem } from './api-url.ts';
import { ConfigSchema } from './config-schema.ts';
import { timeRangeOf } from './dates.ts';

/** The settings under their own names, and the time range that they make. */
export interface Config extends z.infer<typeof ConfigSchema> {
  /** All in milliseconds, the times since the epoch and inclusive. */
  readonly window: Window;
}

/**
 * Validates a configuration. `now`: milliseconds since the epoch; `deploymentMode`: the platform's DEPLOYMENT_MODE.
 * A setting that is null counts as absent, and so does an empty end_date.
 * @throws ConnectorError (config_error) that names all that is wrong, and no value
 */
export function parseConfig(raw: JsonObject, now: Instant, deploymentMode: string | undefined): Config {
  const given = withoutNulls(raw['end_date'] === '' ? { ...raw, end_date: null } : raw);
  const { data: settings, problem } = parseWith(ConfigSchema, given);
  const start = timeRangeOf(given['start_date'])?.first ?? now;
  const end = timeRangeOf(given['end_date'])?.last;
  const { data: url } = ConfigSchema.shape.api_url.safeParse(given['api_url']);
  const urlProblem = url === undefined ? undefined : apiUrlProblem(url, deploymentMode);
  const problems = [
    problem,
    start > now && `start_date: is in the future; it is ${toText(now)} now`,
    end !== undefined && end < start && 'end_date: is before start_date',
    urlProblem && `api_url: ${urlProblem}`,
  ].filter((one) => typeof one === 'string');
  if (settings === undefined || problems.length > 0)
    throw configError(`Config validation error: ${problems.join('; ')}.`);
  const lookback = settings.lookback_window_days * 24 * 3_600_000;
  const settling = settings.settling_minutes * 60_000;
  return { ...settings, window: { start, end, lookback, settling } };
}
