import type { Log } from './emitter.ts';

/** A log that nobody reads. */
export const silent: Log = { error: () => {}, warn: () => {}, info: () => {}, debug: () => {} };
