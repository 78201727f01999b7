import { expect } from 'vitest';
import type { ResourceName, SandboxOptions } from '../../sandbox/index.ts';
import { type Config, configFor, sync, openStore } from './connection.ts';
import { rowsOf } from './expectations.ts';
import { impatient } from './impatience.ts';

/** Reads all of a store that cannot make some answers in time (docs/recharge-api.md#slow-answers). @returns how many it refused */
export async function readWhole(
  stream: ResourceName,
  options: SandboxOptions,
  more: Config = {},
): Promise<number> {
  // Ahead of the machine, so that no event grows too old between reading and comparing.
  const ahead = new Date(Date.now() + 600_000);
  const sandbox = await openStore({ frozen: true, now: ahead, ...options });
  const run = await sync(configFor(sandbox, more), { streams: [stream], env: impatient });
  expect([run.exitCode, run.errors()]).toEqual([0, []]);
  const ids = (rows: readonly { readonly id?: unknown }[]) => new Set(rows.map(({ id }) => Number(id)));
  // A sandbox that cannot make a page cannot make it for us, either.
  const rows = options.heavyPageRows === undefined ? rowsOf(sandbox, stream) : sandbox.rows(stream);
  expect(ids(run.records(stream))).toEqual(ids(rows));
  return sandbox.requests.filter(({ status }) => status === 504).length;
}

/** A listing that the API filters and does not sort is asked for in parts of the time. */
export const readInParts = (stream: ResourceName) =>
  readWhole(stream, { size: { [stream]: 900 }, heavyWindowRows: 300 });
