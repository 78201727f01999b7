import type { Log } from '../protocol.ts';

/** Discards every line. */
export const silentLog: Log = { error: () => {}, warn: () => {}, info: () => {}, debug: () => {} };
