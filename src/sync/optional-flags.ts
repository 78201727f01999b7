import { RechargeError } from '../recharge/errors.ts';
import type { Get } from '../recharge/pages.ts';

/**
 * Asks for the first page of a listing with flags that show more rows, each `NAME=true`, where the endpoint takes them.
 * A flag is known to be taken by the answer alone: where one is refused, by 422 or 403, each is tried by itself, and at
 * last none. What is refused without a flag is the listing.
 *
 * @param warn told once which flags are not taken
 * @throws RechargeError
 */
export function withFlags(get: Get, flags: readonly string[], warn: (what: string) => void): Get {
  if (flags.length === 0) return get;
  const attempts = [flags, ...(flags.length > 1 ? flags.map((flag) => [flag]) : []), []];
  let taken: readonly string[] | undefined;
  return async (request, onTimeout) => {
    const withThese = (names: readonly string[]) => () => {
      const plain = request();
      const query = { ...plain.query, ...Object.fromEntries(names.map((name) => [name, 'true'])) };
      return { ...plain, query };
    };
    // A cursor carries what the first page was asked with.
    if (request().query?.['cursor'] !== undefined) return get(request, onTimeout);
    if (taken !== undefined) return get(withThese(taken), onTimeout);
    for (const names of attempts.slice(0, -1)) {
      const answer = await get(withThese(names), onTimeout).catch(unlessRefused);
      if (answer === undefined) continue;
      taken = names;
      warnOfMissing(request().path, flags, names, warn);
      return answer;
    }
    const answer = await get(request, onTimeout);
    taken = [];
    warnOfMissing(request().path, flags, [], warn);
    return answer;
  };
}

function unlessRefused(error: unknown): undefined {
  if (!(error instanceof RechargeError) || (error.status !== 422 && error.status !== 403)) throw error;
}

function warnOfMissing(
  path: string,
  flags: readonly string[],
  taken: readonly string[],
  warn: (what: string) => void,
): void {
  const missing = flags.filter((flag) => !taken.includes(flag));
  if (missing.length > 0)
    warn(
      `Recharge does not take ${missing.join(' and ')} for ${path}, so the rows that it hides are not synced.`,
    );
}
