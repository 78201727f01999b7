import type { Query } from '../recharge/request.ts';
import { RechargeError } from '../recharge/errors.ts';
import type { Get } from '../recharge/pages.ts';

/**
 * Asks for the first page of a listing with the first of these that is not refused, beside its own query. What is refused
 * with the last of them is the listing. @param onLess told which was taken, each time, where those before it were refused
 */
export function withOptional(
  get: Get,
  optional: readonly (() => Query)[],
  onLess: (index: number, path: string) => void,
): Get {
  let index = 0;
  return async (request, onTimeout) => {
    // A cursor carries what the first page was asked with.
    if (request().query?.['cursor'] !== undefined) return get(request, onTimeout);
    for (;;) {
      const added = optional[index];
      try {
        const answer = await get(() => {
          const plain = request();
          return { ...plain, query: { ...plain.query, ...added?.() } };
        }, onTimeout);
        if (index > 0) onLess(index, request().path);
        return answer;
      } catch (error) {
        const isRefused = error instanceof RechargeError && error.mayBeOfQuery;
        // A later page, by its number, may be refused for that.
        if (!isRefused || index === optional.length - 1 || request().query?.['page'] !== undefined)
          throw error;
        index += 1;
      }
    }
  };
}

/** With flags that show more rows, each `NAME=true`, where the endpoint takes them: all, or one of them, or none. */
export function withFlags(get: Get, flags: readonly string[], warn?: (what: string) => void): Get {
  if (flags.length === 0) return get;
  const attempts = [flags, ...(flags.length > 1 ? flags.map((flag) => [flag]) : []), []];
  const optional = attempts.map((names) => () => Object.fromEntries(names.map((name) => [name, 'true'])));
  return withOptional(get, optional, (index, path) => {
    const missing = flags.filter((flag) => !attempts[index]?.includes(flag));
    warn?.(
      `Recharge does not take ${missing.join(' and ')} for ${path}, so the rows that it hides are not synced.`,
    );
  });
}
