import type * as z from 'zod';
import { configError } from '../airbyte/failure.ts';
import type { JsonObject } from '../airbyte/json.ts';
import { problemsIn } from '../airbyte/problems.ts';
import type { Window } from '../sync/cursor.ts';
import { type Instant, toText } from '../sync/instant.ts';
import { apiUrlProblem } from './api-url.ts';
import { spanOf } from './dates.ts';
import { Form } from './form.ts';

/** What the user set, under its own names, and the part of time that its dates and lengths make. */
export interface Config extends z.infer<typeof Form> {
  readonly window: Window;
}

/**
 * A valid configuration. `now`: milliseconds since the epoch; `deploymentMode`: the platform's DEPLOYMENT_MODE.
 * An explicit null is the same as nothing (CLI-09), and so is an end_date left empty.
 * @throws Failure config_error that names all that is wrong and no value (CLI-11)
 */
export function parseConfig(raw: JsonObject, now: Instant, deploymentMode: string | undefined): Config {
  const given = Object.fromEntries(
    Object.entries(raw).filter(([key, value]) => value !== null && !(key === 'end_date' && value === '')),
  );
  const { data: form, error } = Form.safeParse(given);
  const start = spanOf(given['start_date'])?.first ?? now;
  const end = spanOf(given['end_date'])?.last;
  const { data: url } = Form.shape.api_url.safeParse(given['api_url']);
  const urlProblem = url === undefined ? undefined : apiUrlProblem(url, deploymentMode);
  const problems = [
    error && problemsIn(error),
    start > now && `start_date: is in the future; it is ${toText(now)} now`,
    end !== undefined && end < start && 'end_date: is before start_date',
    urlProblem && `api_url: ${urlProblem}`,
  ].filter((problem) => typeof problem === 'string');
  if (form === undefined || problems.length > 0)
    throw configError(`Config validation error: ${problems.join('; ')}.`);
  const lookback = form.lookback_window_days * 24 * 3_600_000;
  const settling = form.settling_minutes * 60_000;
  return { ...form, window: { start, end, lookback, settling } };
}

/** The settings that mean nothing here; those whose name begins with an underscore are the platform's own. */
export function unknownSettings(raw: JsonObject): string[] {
  return Object.keys(raw).filter((key) => !key.startsWith('_') && !Object.hasOwn(Form.shape, key));
}
