import { Readable } from 'node:stream';
import { integer, type JsonValue } from '../airbyte/index.ts';
import type { ApiObject } from '../recharge/api-object.ts';
import { RechargeError } from '../recharge/errors.ts';
import { PageSize } from '../recharge/page-size.ts';
import { largestPage, type Listing, type Page } from '../recharge/pages.ts';
import { listingPages } from '../recharge/restarting.ts';
import { cursorOf } from './cursor.ts';
import { toText } from './instant.ts';
import type { Pages } from './pagination.ts';

/** Parents asked for at once: what the fastest tokens bear at a second a request (docs/recharge-api.md#rate-limit). */
const maxParentsInFlight = 20;

/** The pages of what belongs to one parent; `like` is the listing that the parent is of, but for its page size. */
type PagesOfParent = (parentId: string, like: Listing) => AsyncGenerator<Page>;

/**
 * What the API has only parent by parent, with at least one request for each. The endpoint is that of the parents; of each
 * parent no more than a page is held. @param mayHaveAny false for a parent that need not be asked for
 */
export function perParent(pagesOf: PagesOfParent, mayHaveAny = (_parent: ApiObject) => true): Pages {
  return async function* (parents) {
    const ids = parentIds(parents, mayHaveAny);
    const children = { ...parents, size: new PageSize(largestPage) };
    const substreams: AsyncIterable<AsyncGenerator<Page> | RechargeError> = Readable.from(ids).map(
      (id: string) => begin(pagesOf(id, children)),
      { concurrency: maxParentsInFlight },
    );
    let [isThere, refusal]: [boolean, RechargeError | undefined] = [false, undefined];
    for await (const substream of substreams) {
      if (substream instanceof RechargeError) refusal ??= substream;
      else {
        isThere = true;
        yield* substream;
      }
    }
    // Where no parent at all has it, it is the list that the store does not have.
    if (!isThere && refusal !== undefined) throw refusal;
  };
}

async function* parentIds(parents: Listing, mayHaveAny: (parent: ApiObject) => boolean) {
  // A listing that begins anew brings parents again.
  const asked = new Set<string>();
  let page = 0;
  for await (const { rows } of listingPages(parents)) {
    page += 1;
    for (const [index, parent] of [...rows].entries()) {
      if (!mayHaveAny(parent)) continue;
      const id = idOf(parent);
      if (id !== undefined) {
        if (!asked.has(id)) yield id;
        asked.add(id);
      } else parents.onKeylessRow?.(`page ${page}, index ${index} of ${parents.path}${updatedAtOf(parent)}`);
    }
  }
}

/** Asks for the first page of what belongs to one parent. Gives all pages, or what it was answered with if it is gone. */
async function begin(pages: AsyncGenerator<Page>): Promise<AsyncGenerator<Page> | RechargeError> {
  try {
    return untilGone(await pages.next(), pages);
  } catch (error) {
    if (isGone(error)) return error;
    throw error;
  }
}

async function* untilGone(first: IteratorResult<Page>, rest: AsyncGenerator<Page>): AsyncGenerator<Page> {
  if (first.done === true) return;
  yield first.value;
  try {
    yield* rest;
  } catch (error) {
    if (!isGone(error)) throw error;
  }
}

/** Whether a parent has been deleted since it was listed. A later page may be refused for its number, and tells nothing. */
function isGone(error: unknown): error is RechargeError {
  return (
    error instanceof RechargeError &&
    (error.status === 404 || error.status === 410) &&
    error.kind !== 'expired' &&
    error.pagesBefore === 0
  );
}

/** With all its digits; undefined for what is no key. */
function idOf({ id: sent }: ApiObject): string | undefined {
  const id = sent === undefined || sent === null ? undefined : integer.convert(sent as JsonValue);
  return id === undefined ? undefined : JSON.stringify(id);
}

function updatedAtOf(parent: ApiObject): string {
  const instant = cursorOf(parent, 'updated_at');
  return instant === undefined ? '' : ` (updated_at ${toText(instant)})`;
}
