import { responseOf } from './response.fixture.ts';
import type { ApiResponse } from './response.ts';
import type { ApiRequest } from './request.ts';
import { PageSize } from './page-size.ts';
import type { Get, Listing, Page } from './pages.ts';

const notAsked: Get = () => Promise.reject(new Error('asked for more than there is'));

/** A listing of so many rows a page. */
export const listingOf = (rows: number, get: Get = notAsked): Listing => ({
  get,
  path: '/things',
  key: 'things',
  version: '2021-11',
  query: () => ({ colour: 'red' }),
  size: new PageSize(rows),
});

export const answer = (body: object, link?: string): ApiResponse => responseOf(body, 0, link);

/** A `get` that answers from a list, and remembers what it was asked. */
export function scripted(answers: readonly ApiResponse[]): { get: Get; asked: ApiRequest[] } {
  const asked: ApiRequest[] = [];
  const get: Get = async (ask) => {
    const next = answers[asked.length];
    asked.push(ask());
    if (next === undefined) throw new Error('asked for more than there is');
    return next;
  };
  return { get, asked };
}

/** The rows of all pages. */
export async function all(pages: AsyncIterable<Page>): Promise<unknown[]> {
  const rows: unknown[] = [];
  for await (const page of pages) rows.push(...page.rows);
  return rows;
}
