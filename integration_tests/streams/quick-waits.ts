import timers from 'node:timers/promises';

/**
 * Loaded into the connector's process (`--import`), so that its patience ends within a test: the waits between
 * attempts are a few hundred times shorter, and so are the time-outs of minutes. What it does, and how often, stays as
 * it is.
 */
const times = 400;

const { setTimeout: sleep } = timers;
timers.setTimeout = (delay, ...rest) => sleep((delay ?? 0) / times, ...rest);

const { setTimeout: schedule } = globalThis;
const minute = 60_000;
globalThis.setTimeout = Object.assign(
  // What is passed on is what got says of the time-out that came.
  (run: (...rest: unknown[]) => void, delay?: number, ...rest: unknown[]) =>
    schedule(run, (delay ?? 0) < minute ? delay : (delay ?? 0) / times, ...rest),
  schedule,
);
