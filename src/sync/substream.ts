import { Readable } from 'node:stream';
import type { ApiObject } from '../recharge/api-object.ts';
import { RechargeError } from '../recharge/errors.ts';
import { cursorPages, type Get, type Listing, type Page } from '../recharge/pages.ts';
import type { Pages } from './pagination.ts';

/**
 * As many parents are asked for at once: what the fastest tokens bear at a second a request
 * (docs/recharge-api.md#rate-limit).
 */
const maxParentsInFlight = 20;

/** The pages of what belongs to one parent; `parents` is the listing that the parent is of. @throws RechargeError */
export type PagesOfParent = (parentId: string, get: Get, parents: Listing) => AsyncGenerator<Page>;

/**
 * The pages of a substream: what the API has only parent by parent, with at least one request for each. The stream's
 * endpoint is that of the parents; of each parent no more than a page is held.
 * @param mayHaveAny false for a parent that need not be asked for
 */
export function perParent(
  pagesOf: PagesOfParent,
  mayHaveAny: (parent: ApiObject) => boolean = () => true,
): Pages {
  return async function* (get, parents) {
    const substreams: AsyncIterable<Substream> = Readable.from(parentIds(get, parents, mayHaveAny)).map(
      (id: string) => begin(pagesOf(id, get, parents)),
      { concurrency: maxParentsInFlight },
    );
    for await (const { first, rest } of substreams) {
      if (first !== undefined) yield first;
      yield* rest;
    }
  };
}

async function* parentIds(
  get: Get,
  parents: Listing,
  mayHaveAny: (parent: ApiObject) => boolean,
): AsyncGenerator<string> {
  for await (const { rows } of cursorPages(get, parents))
    for (const parent of rows) if (mayHaveAny(parent)) yield idOf(parent, parents.path);
}

/** What belongs to one parent. */
interface Substream {
  readonly first: Page | undefined;
  readonly rest: AsyncGenerator<Page>;
}

/** Asks for the first page. */
async function begin(pages: AsyncGenerator<Page>): Promise<Substream> {
  const rest = untilNotFound(pages);
  const { done, value } = await rest.next();
  return { first: done === true ? undefined : value, rest };
}

/** A parent that is not found has been deleted since it was listed: nothing more is left of it. */
async function* untilNotFound(pages: AsyncGenerator<Page>): AsyncGenerator<Page> {
  try {
    yield* pages;
  } catch (error) {
    if (!(error instanceof RechargeError) || error.status !== 404) throw error;
  }
}

/** With all its digits. */
function idOf(parent: ApiObject, path: string): string {
  const id = JSON.stringify(parent['id']);
  if (/^\d+$/.test(id)) return id;
  throw new RechargeError('malformed', path, 'a record has no id', 200);
}
