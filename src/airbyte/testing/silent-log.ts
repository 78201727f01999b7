import type { Log } from '../log.ts';

/** Discards every line. */
export const silentLog: Log = { error: () => {}, warn: () => {}, info: () => {}, debug: () => {} };
