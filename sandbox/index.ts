import type { SandboxOptions } from './options.ts';
import { Sandbox } from './sandbox.ts';

export type { Sandbox } from './sandbox.ts';
export type { FaultKind, SandboxOptions, Version } from './options.ts';
export { RESOURCES, type ResourceName } from './resources.ts';
export { latencyByLimit } from './latency.ts';
export type { RequestLogEntry } from './http/request-log.ts';

/**
 * Starts a Recharge store on this machine: a real HTTP server over seeded rows (see README.md here).
 * Rejects if the port is taken; throws RangeError on a size that is no whole number from 0 on.
 */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  return Sandbox.start(options);
}
