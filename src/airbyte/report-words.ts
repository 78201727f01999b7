import type { Counts } from './stream-metrics.ts';

/** Milliseconds below which a wait is not worth a word. */
const shortestToldMs = 100;

/** What was waited for, the longest first. */
export function waitsIn({ limit, api, destination }: Counts): [cause: string, ms: number][] {
  return Object.entries({ 'the rate limit': limit, 'the API': api, 'the destination': destination })
    .filter(([, ms]) => ms >= shortestToldMs)
    .toSorted(([, a], [, b]) => b - a);
}

/** `12 rows (0.1 MB)` */
export function rowsIn({ rows, bytes }: Counts): string {
  return `${counted(rows, 'row')} (${(bytes / 1e6).toFixed(1)} MB)`;
}

/** `12 pages, 14 requests, 2 retries (429: 2)`; what is 0 is left out. */
export function requestsIn({ pages, requests, retries }: Counts, reasons = ''): string {
  return joined(
    ', ',
    pages > 0 && counted(pages, 'page'),
    requests > 0 && counted(requests, 'request'),
    retries > 0 && `${retries === 1 ? '1 retry' : `${retries} retries`}${reasons && ` (${reasons})`}`,
  );
}

/** `1 page`, `2 pages` */
export function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}

export function duration(ms: number): string {
  return ms < 60_000 ? `${(ms / 1_000).toFixed(1)} s` : `${(ms / 60_000).toFixed(1)} min`;
}

export function percent(share: number): string {
  return `${Math.round(100 * share)} %`;
}

/** The parts that there are. */
export function joined(separator: string, ...parts: readonly (string | false | undefined)[]): string {
  return parts.filter(Boolean).join(separator);
}
