import { RESOURCES } from '../resources.ts';
import type { Store } from '../store/store.ts';
import type { Bucket } from './bucket.ts';
import type { FaultPlan } from './faults.ts';
import type { PageSource } from './page-events.ts';
import type { RequestLog } from './request-log.ts';

/** The parts of a sandbox that its page shows. */
export interface PageParts {
  readonly token: string;
  readonly firstDay: string;
  /** The address listened on: the switches work on this machine's own alone. */
  readonly host: string;
  readonly store: Store;
  readonly bucket: Bucket;
  readonly log: RequestLog;
  readonly faults: FaultPlan;
}

/** What the page shows of these parts. */
export function pageSource({ token, firstDay, host, store, bucket, log, faults }: PageParts): PageSource {
  return {
    token,
    startDate: `${firstDay}T00:00:00Z`,
    canSwitch: host === 'localhost' || host === '::1' || host.startsWith('127.'),
    bucket: () => ({ used: bucket.used(performance.now()), size: bucket.size, leak: bucket.leak }),
    faults: () => faults.current,
    lists: () => {
      const counts = log.counts();
      return RESOURCES.map((list) => ({
        list,
        count: store.truth(list).size,
        requests: counts[`/${list}`]?.requests ?? 0,
      }));
    },
    requestsSince: (from) => log.since(from),
    refused: () => Object.values(log.counts()).reduce((sum, { refused429 }) => sum + refused429, 0),
  };
}
