import { Readable } from 'node:stream';
import type { ApiObject } from '../recharge/answer.ts';
import { RechargeError } from '../recharge/errors.ts';
import { cursorPages, type Get } from '../recharge/pages.ts';
import { FullRefreshStream } from './full-refresh-stream.ts';

/** As many parents are asked for at once: what the fastest tokens bear at a second a request (recharge-api §2.1). */
const atOnce = 20;

type Records = AsyncGenerator<Iterable<ApiObject>>;

/**
 * What the API has only parent by parent, with at least one request for each. Its own listing is that of the parents;
 * of each parent no more than a page is held.
 */
export abstract class PerParentStream extends FullRefreshStream {
  /** What belongs to one parent, a page at a time. @throws RechargeError */
  protected abstract recordsOf(parentId: string, get: Get): Records;

  /** False for a parent that need not be asked for. */
  protected mayHaveAny(_parent: ApiObject): boolean {
    return true;
  }

  protected override async *records(get: Get): Records {
    const begun: AsyncIterable<Begun> = Readable.from(this.parentIds(get)).map(
      (id: string) => begin(this.recordsOf(id, get)),
      { concurrency: atOnce },
    );
    for await (const { first, rest } of begun) {
      if (first !== undefined) yield first;
      yield* rest;
    }
  }

  private async *parentIds(get: Get): AsyncGenerator<string> {
    for await (const { rows } of cursorPages(get, this.listing))
      for (const parent of rows) if (this.mayHaveAny(parent)) yield idOf(parent, this.path);
  }
}

interface Begun {
  readonly first: Iterable<ApiObject> | undefined;
  readonly rest: Records;
}

/** Asks for the first page. */
async function begin(records: Records): Promise<Begun> {
  const rest = whileThere(records);
  const { done, value } = await rest.next();
  return { first: done === true ? undefined : value, rest };
}

/** A parent that is not found has been deleted since it was listed: nothing more is left of it. */
async function* whileThere(records: Records): Records {
  try {
    yield* records;
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
