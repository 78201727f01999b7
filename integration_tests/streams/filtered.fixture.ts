import { expect } from 'vitest';
import type { Sandbox } from '../../sandbox/index.ts';
import { configFor, cursorOf, sync, utc, openStore, syncThrough } from './connection.ts';
import { cursorFieldOf, expectRows, rowsOf } from './expectations.ts';
import type { Change } from './front.ts';

const day = 86_400_000;

const boundOf = ({ requests }: Sandbox) =>
  Date.parse(
    new URLSearchParams(requests.find(({ path }) => path === '/events')?.query).get('created_at_min') ?? '',
  );

/** What holds of each stream that is made of `/events`. */
export const ofSevenDays: Readonly<Record<string, (stream: 'events' | 'deleted_records') => Promise<void>>> =
  {
    'a first sync asks for the seven days, whatever start_date says, without a word': async (stream) => {
      const sandbox = await openStore();
      const run = await sync(configFor(sandbox), { streams: [stream] });
      expect(Math.abs(boundOf(sandbox) - (Date.now() - 7 * day))).toBeLessThan(30_000);
      expectRows(run.records(stream), rowsOf(sandbox, stream));
      expect(run.warnings()).toEqual([]);
    },

    'a saved cursor from before is a gap: WARN with its ends, and all there is': async (stream) => {
      const sandbox = await openStore();
      const saved = utc(Date.now() - 20 * day);
      const begun = Date.now();
      const run = await sync(configFor(sandbox), {
        streams: [stream],
        state: { [stream]: { [cursorFieldOf(stream)]: saved } },
      });
      expect(run.exitCode).toBe(0);
      expectRows(run.records(stream), rowsOf(sandbox, stream));
      const [warning, ...others] = run.warnings();
      const [, from, to = ''] = /^WARN \w+: .*from (\S+) to (\S+) are missing/.exec(warning ?? '') ?? [];
      expect([from, others]).toEqual([saved, []]);
      expect(Math.abs(Date.parse(to) - (begun - 7 * day))).toBeLessThan(30_000);
      // Asked for somewhat before, as clocks differ, but not from where the API refuses: eight days.
      expect(boundOf(sandbox)).toBeLessThan(Date.parse(to));
      expect(boundOf(sandbox)).toBeGreaterThan(begun - 8 * day);
    },

    'a week without events is no gap: the cursor follows': async (stream) => {
      const sandbox = await openStore({ size: { events: 0 } });
      const run = await sync(configFor(sandbox), { streams: [stream] });
      expect(run.exitCode).toBe(0);
      expect(Date.now() - cursorOf(run, stream)).toBeLessThan(2 * day);
      expect(cursorOf(run, stream)).toBeLessThanOrEqual(Date.now() - day);
    },

    'never later than end_date, after which events are still to come': async (stream) => {
      const sandbox = await openStore();
      const end = utc(Date.now() - 3 * day).slice(0, 10);
      const run = await sync(configFor(sandbox, { end_date: end }), { streams: [stream] });
      // Times without zone may be UTC's or New York's, five hours apart at most.
      expect(cursorOf(run, stream)).toBeLessThanOrEqual(Date.parse(`${end}T23:59:59Z`) + 5 * 3_600_000);
      const rest = await sync(configFor(sandbox), { streams: [stream], state: run });
      const ids = [...run.records(stream), ...rest.records(stream)].map(({ id }) => id);
      expect(new Set(ids)).toEqual(new Set(rowsOf(sandbox, stream).map(({ id }) => id)));
    },

    'a machine whose clock is slow asks for too much: the whole listing is read': async (stream) => {
      const sandbox = await openStore();
      const change: Change = async ({ query }, pass) =>
        query.has('created_at_min')
          ? {
              status: 422,
              headers: {},
              body: '{"errors":{"_schema":["created_at_min must be less than 7 days ago"]}}',
            }
          : pass();
      const run = await syncThrough(sandbox, change, { streams: [stream] });
      expect(run.exitCode).toBe(0);
      expectRows(run.records(stream), rowsOf(sandbox, stream));
      expect(run.warnings()).toEqual([expect.stringMatching(`^WARN ${stream}: .*whole listing is read`)]);
    },
  };
