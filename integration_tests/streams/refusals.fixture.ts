import { expect } from 'vitest';
import { configFor, openStore, sync } from './connection.ts';

/** The streams of a store that refuses all of them alike. */
export const refusedAlike = ['orders', 'order_line_items', 'customers', 'store'];

/** Where every stream is refused with this status, each error names api_url. */
export async function expectApiUrlNamed(status: number): Promise<void> {
  const sandbox = await openStore();
  sandbox.answerNext({ status }, 1_000);
  const run = await sync(configFor(sandbox), { streams: refusedAlike });
  const failed = new Set(run.errors().map((error) => error.stream_descriptor?.name));
  expect(failed).toEqual(new Set(refusedAlike));
  for (const error of run.errors())
    expect(error).toMatchObject({
      failure_type: 'config_error',
      message: expect.stringMatching(/check api_url/i),
    });
}
