import type { SandboxRequest } from './options.ts';

/**
 * Milliseconds more a row for payment methods: 250 of them take more than a minute
 * (docs/recharge-api.md#slow-answers).
 */
const SLOW_ROW_MS = 250;

/**
 * A latency in proportion to the rows asked for (docs/recharge-api.md#slow-answers), as an option for
 * `latencyMs`.
 */
export function latencyByLimit(msPerRow: number): (request: SandboxRequest) => number {
  return ({ path, limit }) => limit * (path === '/payment_methods' ? msPerRow + SLOW_ROW_MS : msPerRow);
}
