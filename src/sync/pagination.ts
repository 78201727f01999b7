import { type ApiObject, isObject, typeOf } from '../recharge/api-object.ts';
import type { Query } from '../recharge/request.ts';
import { broken, type Listing, type Page } from '../recharge/pages.ts';
import { listingPages } from '../recharge/restarting.ts';

/** How the pages of an endpoint are found. @throws RechargeError */
export type Pages = (endpoint: Listing) => AsyncGenerator<Page>;

/** One listing after another, each asked with a query of its own. */
export function perQuery(queries: readonly Query[]): Pages {
  return async function* (endpoint) {
    for (const query of queries)
      yield* listingPages({ ...endpoint, query: () => ({ ...endpoint.query(), ...query }) });
  };
}

/** An endpoint that is one object: a page of one row, which `recordIn` finds in the answer's object and body. */
export function singleObject(
  recordIn: (record: ApiObject, body: ApiObject) => ApiObject = (record) => record,
): Pages {
  return async function* ({ get, path, key, version }) {
    const { body, requestedAt } = await get(() => ({ path, key, version }));
    const record = body[key];
    if (!isObject(record)) throw broken({ path }, `"${key}" is ${typeOf(record)}, not an object`);
    yield { rows: [recordIn(record, body)], requestedAt, limit: 1 };
  };
}
