/** One request and its response. */
export interface RequestLogEntry {
  /** When it arrived, by the machine's clock. */
  readonly at: Date;
  readonly method: string;
  readonly path: string;
  /** The query as sent, without `?`. */
  readonly query: string;
  readonly version: string;
  /** Status of the response; 0 where none was sent. */
  readonly status: number;
  /** Level of the bucket in `X-Recharge-Limit`; null where authentication failed. */
  readonly used: number | null;
  /** Milliseconds from its arrival to the last byte of the response. */
  readonly ms: number;
  readonly bytes: number;
}

/** Totals of one path. */
export interface PathCount {
  readonly requests: number;
  readonly refused429: number;
  readonly bytes: number;
}

const KEPT = 10_000;

/** The last 10,000 requests, and totals of all. */
export class RequestLog {
  private kept: RequestLogEntry[] = [];
  private count = 0;
  private readonly totals = new Map<string, PathCount>();

  /** The last requests, oldest first. */
  get entries(): readonly RequestLogEntry[] {
    return this.kept.slice(-KEPT);
  }

  /** The requests from number `from` on (0 is the first ever), as far as they are kept, and how many there were. */
  since(from: number): { readonly list: readonly RequestLogEntry[]; readonly total: number } {
    const wanted = Math.min(Math.max(this.count - from, 0), KEPT);
    return { list: wanted === 0 ? [] : this.kept.slice(-wanted), total: this.count };
  }

  add(entry: RequestLogEntry): void {
    this.count += 1;
    this.kept.push(entry);
    if (this.kept.length > 2 * KEPT) this.kept = this.kept.slice(-KEPT);
    const path = entry.path.replaceAll(/\/\d+/g, '/{id}');
    const { requests = 0, refused429 = 0, bytes = 0 } = this.totals.get(path) ?? {};
    this.totals.set(path, {
      requests: requests + 1,
      refused429: refused429 + Number(entry.status === 429),
      bytes: bytes + entry.bytes,
    });
  }

  /** Totals by path, with ids in paths written as `{id}` so that the map stays small. */
  counts(): Readonly<Record<string, PathCount>> {
    return Object.fromEntries(this.totals);
  }
}
