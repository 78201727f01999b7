import { nestedTableStream } from '../sync/nested-table.ts';
import type { RechargeStream, RecordStream, SyncContext } from '../sync/recharge-stream.ts';
import { nestedTables } from './nested-tables.ts';
import { Orders2021_01 } from './orders-2021-01.ts';
import * as registry from './registry.ts';

/** What every store has; `check` tries the first stream that the token may read. */
const first = ['customers', 'addresses', 'subscriptions', 'charges', 'orders'];

/** Those that read an endpoint of their own: what every store has, then all else by its name. */
export function createReaders(context: SyncContext, oldOrders: boolean): RechargeStream[] {
  const readers = Object.values(registry)
    .map((Stream) => (oldOrders && Stream === registry.Orders ? Orders2021_01 : Stream))
    .map((Stream) => new Stream(context));
  const byName = new Map(readers.map((reader) => [reader.name, reader]));
  const names = new Set([...first, ...[...byName.keys()].toSorted()]);
  return [...names].flatMap((name) => byName.get(name) ?? []);
}

/** Every stream there is, in the order `discover` lists them: the nested tables come last. */
export function createStreams(context: SyncContext, oldOrders: boolean): RecordStream[] {
  const readers = createReaders(context, oldOrders);
  const children = nestedTables.flatMap((table) =>
    readers.filter(({ name }) => name === table.parent).map((parent) => nestedTableStream(table, parent)),
  );
  return [...readers, ...children];
}
