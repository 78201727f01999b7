import { RechargeError } from '../recharge/errors.ts';
import type { Get } from '../recharge/pages.ts';

/**
 * Asks for the first page of a listing with flags that show more rows, each `NAME=true`, where the endpoint takes them.
 * A flag is known to be taken by the answer alone: where one is refused, each is tried by itself, and at
 * last none. What is refused without a flag is the listing.
 *
 * @param warn told which flags are not taken, each time
 * @throws RechargeError
 */
export function withFlags(get: Get, flags: readonly string[], warn?: (what: string) => void): Get {
  /** What has not been refused. */
  const attempts = flags.length > 1 ? [flags, ...flags.map((flag) => [flag])] : [flags];
  return async (request, onTimeout) => {
    // A cursor carries what the first page was asked with.
    if (request().query?.['cursor'] !== undefined) return get(request, onTimeout);
    for (;;) {
      const [names = []] = attempts;
      const flagged = Object.fromEntries(names.map((name) => [name, 'true']));
      try {
        const answer = await get(() => {
          const plain = request();
          return { ...plain, query: { ...plain.query, ...flagged } };
        }, onTimeout);
        const missing = flags.filter((flag) => !names.includes(flag));
        if (missing.length > 0)
          warn?.(
            `Recharge does not take ${missing.join(' and ')} for ${request().path}, so the rows that it hides are not synced.`,
          );
        return answer;
      } catch (error) {
        const isRefused = error instanceof RechargeError && error.mayBeOfQuery;
        // A later page, by its number, may be refused for that.
        if (!isRefused || names.length === 0 || request().query?.['page'] !== undefined) throw error;
        attempts.shift();
      }
    }
  };
}
