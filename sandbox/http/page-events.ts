import type { ServerResponse } from 'node:http';
import type { FaultRates } from '../options.ts';
import type { RequestLogEntry } from './request-log.ts';

/** A list of the API, its rows as they are now, and how often it was asked for. */
export interface ListCount {
  readonly list: string;
  readonly count: number;
  readonly requests: number;
}

/** What the page shows, read anew at every tick. */
export interface PageSource {
  readonly token: string;
  readonly startDate: string;
  readonly canSwitch: boolean;
  bucket(): { readonly used: number; readonly size: number; readonly leak: number };
  faults(): Partial<FaultRates>;
  lists(): readonly ListCount[];
  /** The requests from number `from` on (0 is the first ever), as far as they are kept, and how many there were. */
  requestsSince(from: number): { readonly list: readonly RequestLogEntry[]; readonly total: number };
  refused(): number;
}

const TICK_MS = 250;
/** Rows are counted at every eighth tick. */
const ROWS_EVERY = 8;
/** More than anybody reads in a quarter of a second. */
const MOST_REQUESTS = 100;
const MOST_BEHIND_BYTES = 1_000_000;

interface Listener {
  readonly response: ServerResponse;
  /** What was last sent of each event, so that nothing is sent twice. */
  readonly sent: Map<string, string>;
  requests: number;
  ticks: number;
}

/** Server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html) of all that changes. */
export class PageEvents {
  private readonly source: PageSource;
  private readonly listeners = new Set<Listener>();
  private timer: NodeJS.Timeout | undefined;

  constructor(source: PageSource) {
    this.source = source;
  }

  /** Sends events until the client goes. */
  open(response: ServerResponse): void {
    response.writeHead(200, { 'Content-Type': 'text/event-stream' });
    const { total } = this.source.requestsSince(Infinity);
    const listener: Listener = {
      response,
      sent: new Map(),
      requests: Math.max(total - MOST_REQUESTS, 0),
      ticks: 0,
    };
    this.listeners.add(listener);
    response.on('close', () => this.drop(listener));
    const { token, startDate, canSwitch } = this.source;
    send(listener, 'hello', { token, startDate, canSwitch });
    this.tell(listener);
    this.timer ??= setInterval(() => {
      for (const each of this.listeners) this.tell(each);
    }, TICK_MS).unref();
  }

  close(): void {
    clearInterval(this.timer);
    this.timer = undefined;
  }

  private drop(listener: Listener): void {
    this.listeners.delete(listener);
    if (this.listeners.size === 0) this.close();
  }

  private tell(listener: Listener): void {
    const { source } = this;
    // A browser that sleeps is told when it wakes.
    if (listener.response.writableLength > MOST_BEHIND_BYTES) return;
    send(listener, 'bucket', source.bucket());
    send(listener, 'faults', source.faults());
    if (listener.ticks % ROWS_EVERY === 0) send(listener, 'rows', source.lists());
    listener.ticks += 1;
    const { list, total } = source.requestsSince(listener.requests);
    if (total === listener.requests) return;
    listener.requests = total;
    send(listener, 'requests', { list: list.slice(-MOST_REQUESTS), total, refused: source.refused() });
  }
}

function send({ response, sent }: Listener, event: string, data: unknown): void {
  const text = JSON.stringify(data);
  if (sent.get(event) === text) return;
  sent.set(event, text);
  response.write(`event: ${event}\ndata: ${text}\n\n`);
}
