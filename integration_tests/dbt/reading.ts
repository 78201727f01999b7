import type { Run } from '../../src/airbyte/testing/index.ts';
import { runConnector } from '../harness/run-connector.ts';
import { type Config, configFor, sync } from '../streams/connection.ts';

export const streams = [
  'subscriptions',
  'customers',
  'orders',
  'order_line_items',
  'charges',
  'charge_line_items',
];

/** What the connector wrote, and the catalog by which a destination loads it. */
export interface Reading {
  readonly run: Run;
  readonly messages: string;
  readonly catalog: object;
}

/** One sync of the streams that the marts are made of; incremental after an earlier one. */
export async function read(
  store: Parameters<typeof configFor>[0],
  {
    settings = {},
    mode = 'append_dedup',
    after,
    only = streams,
  }: {
    readonly settings?: Config;
    readonly mode?: 'append' | 'append_dedup';
    readonly after?: Reading;
    readonly only?: readonly string[];
  } = {},
): Promise<Reading> {
  const config = configFor(store, settings);
  const [discovered] = (await runConnector(['discover'], { files: { config } })).of('CATALOG');
  const run = await sync(config, { streams: only, ...(after && { state: after.run }), timeout: 120_000 });
  if (run.exitCode !== 0) throw new Error(run.stderr);
  const chosen = discovered?.catalog.streams.filter(({ name }) => only.includes(name)) ?? [];
  const catalog = {
    streams: chosen.map((stream) => ({ stream, sync_mode: 'incremental', destination_sync_mode: mode })),
  };
  return { run, messages: run.stdout, catalog };
}
