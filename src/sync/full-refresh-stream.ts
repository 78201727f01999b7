import type { Batch } from '../airbyte/index.ts';
import { taken } from '../recharge/packed-rows.ts';
import { listingPages } from '../recharge/restarting.ts';
import type { ListingRequest } from './listing-reader.ts';
import { withFlags } from './optional-query.ts';
import type { Pages } from './pagination.ts';
import { RechargeStream } from './recharge-stream.ts';

/** A stream without a cursor: read whole at each sync, whatever its state says. */
export abstract class FullRefreshStream extends RechargeStream {
  /** `listingPages`, `perParent(…)` or `singleObject()`. */
  readonly pages: Pages = listingPages;
  /** Flags that show more of its rows, where the endpoint takes them. */
  readonly flags: readonly string[] = [];

  protected override async *batches({ runs, endpoint }: ListingRequest): AsyncGenerator<Batch> {
    const get = withFlags(endpoint.get, this.flags, endpoint.warn);
    for await (const { rows } of this.pages({ ...endpoint, get })) {
      const records = taken(rows);
      for (const run of runs) yield run.batch(records);
    }
  }
}
