import type { Batch } from '../airbyte/index.ts';
import { type Rows, taken } from '../recharge/packed-rows.ts';
import { type Get, type Page, cursorPages } from '../recharge/pages.ts';
import { cursorAfterAll, cursorOf, lowerBound, sortedCursorOf, stateOf } from './cursor.ts';
import type { Instant } from './instant.ts';
import type { StreamRun } from './stream-run.ts';
import { RechargeStream } from './recharge-stream.ts';

/** The next page of a listing, and up to where it is complete with that; undefined where its end alone tells. */
export interface Stage {
  readonly page: Page;
  readonly completeTo?: Instant | undefined;
}

/**
 * A listing that the API does not sort by its cursor: it is read to its end each time, what is at or after the cursor
 * is emitted, and the cursor moves when the listing is complete.
 */
export abstract class CompleteListingStream extends RechargeStream {
  override readonly cursorField: string = 'updated_at';
  readonly #said = new Set<string>();

  /** What the API calls the cursor field. */
  protected get timeField(): string {
    return this.cursorField;
  }

  protected override async *batches(members: readonly StreamRun[], get: Get): AsyncGenerator<Batch> {
    const { window } = this.context;
    const readings = members.map((member) => {
      this.warnOfLateCursor(member);
      return new UnsortedReading(member, this.timeField, this.lowerBound(member), window.end);
    });
    const from = Math.min(...readings.map((reading) => reading.from));
    const warn = (what: string) => this.warnOnce(members, what);
    let firstAskedAt: Instant | undefined;
    let checkpoint = Number.NEGATIVE_INFINITY;
    for await (const { page, completeTo } of this.stages(get, from, warn)) {
      firstAskedAt ??= page.askedAt;
      checkpoint = completeTo ?? checkpoint;
      const rows = taken(page.rows);
      for (const reading of readings) {
        const batch = reading.take(rows);
        const begin = reading.member.saved ?? window.start;
        if (completeTo !== undefined && completeTo > begin)
          yield { ...batch, state: stateOf(this.cursorField, completeTo) };
        else yield batch;
      }
    }
    for (const { member, largest } of readings) {
      const begin = member.saved ?? window.start;
      const cursor = this.cursorAfter(begin, largest, firstAskedAt ?? begin);
      // A checkpoint may be later than the first request, behind which a listing in no order may hide a change.
      yield member.batch([], stateOf(this.cursorField, Math.max(cursor, checkpoint)));
    }
  }

  /** Its pages, and what is complete with each. @throws RechargeError */
  protected async *stages(get: Get, from: Instant, warn: (what: string) => void): AsyncGenerator<Stage> {
    for await (const page of this.pages(get, from, warn)) yield { page };
  }

  /** Its pages, with every record at or after `from` among them. @throws RechargeError */
  protected pages(get: Get, _from: Instant, _warn: (what: string) => void): AsyncIterable<Page> {
    return cursorPages(get, this.listing);
  }

  /** Says a thing of the listing once a sync, by one of those it feeds: its own stream, if that is among them. */
  private warnOnce(members: readonly StreamRun[], what: string): void {
    if (!this.#said.has(what)) members.at(-1)?.warn(what);
    this.#said.add(what);
  }

  /** Where this sync begins to emit for one stream, inclusive. */
  protected lowerBound({ saved }: StreamRun): Instant {
    return lowerBound(saved, this.context.window);
  }

  /** The cursor of a complete listing whose first page was asked for at `askedAt`; never before `begin`. */
  protected cursorAfter(begin: Instant, largest: Instant, askedAt: Instant): Instant {
    return cursorAfterAll(begin, largest, askedAt, this.context.window.settling);
  }
}

/** What one stream takes of a listing in no order. */
class UnsortedReading {
  readonly member: StreamRun;
  readonly from: Instant;
  readonly #timeField: string;
  readonly #end: Instant;
  largest: Instant = Number.NEGATIVE_INFINITY;

  constructor(member: StreamRun, timeField: string, from: Instant, end: Instant = Number.POSITIVE_INFINITY) {
    this.member = member;
    this.from = from;
    this.#timeField = timeField;
    this.#end = end;
  }

  take(rows: Rows): Batch {
    const wanted = [...rows].filter((row) => {
      const instant = cursorOf(row, this.#timeField);
      if (instant === undefined) return true;
      // Of the readings of a time without zone each bound takes the one that lets the row in, and the cursor none past the end.
      const earliest = sortedCursorOf(row, this.#timeField) ?? instant;
      if (instant < this.from || earliest > this.#end) return false;
      this.largest = Math.max(this.largest, Math.min(instant, this.#end));
      return true;
    });
    return this.member.batch(wanted);
  }
}
