import type { Batch } from '../airbyte/index.ts';
import type { ApiObject } from '../recharge/answer.ts';
import { taken } from '../recharge/packed-rows.ts';
import { cursorPages, type Get } from '../recharge/pages.ts';
import type { StreamRun } from './stream-run.ts';
import { withFlags } from './optional-flags.ts';
import { RechargeStream } from './recharge-stream.ts';

/** A listing without a cursor: read whole at each sync, whatever its state says. */
export abstract class FullRefreshStream extends RechargeStream {
  /** Flags that show more of its rows, where the endpoint takes them. */
  protected readonly flags: readonly string[] = [];

  protected override async *batches(members: readonly StreamRun[], get: Get): AsyncGenerator<Batch> {
    const flagged = withFlags(get, this.flags, (what) => members.at(-1)?.warn(what));
    for await (const records of this.records(flagged))
      for (const member of members) yield member.batch(records);
  }

  /** All there is, a page at a time. @throws RechargeError */
  protected async *records(get: Get): AsyncGenerator<Iterable<ApiObject>> {
    for await (const page of cursorPages(get, this.listing)) yield taken(page.rows);
  }
}
