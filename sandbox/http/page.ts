import { readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { isObject } from '../json.ts';
import { FAULT_KINDS, type FaultKind } from '../options.ts';
import type { FaultPlan } from './faults.ts';
import { PageEvents, type PageSource } from './page-events.ts';
import { send } from './spoil.ts';

const FILES: Readonly<Record<string, readonly [file: string, type: string]>> = {
  '/': ['index.html', 'text/html; charset=utf-8'],
  '/_sandbox/style.css': ['style.css', 'text/css; charset=utf-8'],
  '/_sandbox/page.js': ['page.js', 'text/javascript; charset=utf-8'],
};

/** Nothing from elsewhere runs in the page, and no other page shows it in a frame. */
const HEADERS: Readonly<Record<string, string>> = {
  'Cache-Control': 'no-store',
  'Content-Security-Policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
};

const LOCAL_NAMES: ReadonlySet<string> = new Set(['127.0.0.1', 'localhost', '[::1]']);
const MOST_BODY_BYTES = 1000;
/** The chance of a fault that was switched on and has none from the command line. */
const USUAL_RATE = 0.05;

/** The sandbox's own page at `/`: what it holds, what it is asked, and switches for its faults. */
export class Page {
  private readonly source: PageSource;
  private readonly faults: FaultPlan;
  private readonly events: PageEvents;
  private readonly usualRates: Partial<Readonly<Record<FaultKind, number>>>;

  constructor(source: PageSource, faults: FaultPlan) {
    this.source = source;
    this.faults = faults;
    this.events = new PageEvents(source);
    this.usualRates = faults.current;
  }

  /** Answers a request if it is for the page, and says whether it did. The API's own `/` has a token. */
  handle(message: IncomingMessage, response: ServerResponse): boolean {
    const [path = '/'] = (message.url ?? '/').split('?');
    const isRoot = path === '/' && message.headers['x-recharge-access-token'] === undefined;
    const wantsPage = isRoot && (message.headers.accept ?? '').includes('text/html');
    if (!wantsPage && !path.startsWith('/_sandbox/')) return false;
    for (const [name, value] of Object.entries(HEADERS)) response.setHeader(name, value);
    if (path === '/_sandbox/faults') void this.switchFault(message, response);
    else {
      message.resume();
      if (!isLocalOrOpen(message, this.source.canSwitch)) refuse(response, 403, FOREIGN_HOST);
      else if (message.method !== 'GET') refuse(response, 405, 'The page is there to be read: GET.');
      else if (path === '/_sandbox/events') this.events.open(response);
      else showFile(path, response);
    }
    return true;
  }

  close(): void {
    this.events.close();
  }

  private async switchFault(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const refusal = this.refusalOf(message);
    if (refusal !== null) {
      message.resume();
      refuse(response, ...refusal);
      return;
    }
    const wanted = readSwitch(await readBody(message).catch(() => null));
    if (wanted === null) {
      refuse(response, 400, 'A switch wants {"kind": the name of a fault, "on": true or false}.');
      return;
    }
    const rate = wanted.on ? this.usualRates[wanted.kind] || USUAL_RATE : 0;
    this.faults.setRates({ ...this.faults.current, [wanted.kind]: rate });
    response.writeHead(204).end();
  }

  /** A page from elsewhere, or a name that was made to point here, must not move the switches. */
  private refusalOf({ method, headers }: IncomingMessage): readonly [number, string] | null {
    if (method !== 'POST') return [405, 'A switch is moved by POST.'];
    if (!this.source.canSwitch) {
      return [403, 'The switches work where the sandbox listens on 127.0.0.1; here the page only shows.'];
    }
    if (!isLocal(headers.host)) return [403, FOREIGN_HOST];
    if (headers.origin !== undefined && headers.origin !== `http://${headers.host}`) {
      return [403, 'A page from elsewhere may not move the switches.'];
    }
    if (headers['content-type'] !== 'application/json') return [415, 'A switch wants application/json.'];
    return null;
  }
}

const FOREIGN_HOST = 'The sandbox is known as 127.0.0.1 or localhost alone.';

function isLocal(host: string | undefined): boolean {
  return LOCAL_NAMES.has((host ?? '').replace(/:\d+$/, ''));
}

/** Where the sandbox was opened to others, any name may read the page. */
function isLocalOrOpen({ headers }: IncomingMessage, local: boolean): boolean {
  return !local || isLocal(headers.host);
}

function showFile(path: string, response: ServerResponse): void {
  const found = FILES[path];
  if (!found) {
    refuse(response, 404, 'The page has no such file.');
    return;
  }
  const [file, type] = found;
  send(response, 200, type, readFileSync(new URL(`../page/${file}`, import.meta.url)));
}

function refuse(response: ServerResponse, status: number, sentence: string): void {
  send(response, status, 'text/plain; charset=utf-8', sentence);
}

async function readBody(message: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of message.setEncoding('utf8')) {
    text += String(chunk);
    if (text.length > MOST_BODY_BYTES) throw new RangeError('too long');
  }
  return text;
}

function readSwitch(text: string | null): { readonly kind: FaultKind; readonly on: boolean } | null {
  try {
    const value: unknown = JSON.parse(text ?? '');
    if (!isObject(value)) return null;
    const { on } = value;
    const kind = FAULT_KINDS.find((each) => each === value['kind']);
    return kind === undefined || typeof on !== 'boolean' ? null : { kind, on };
  } catch {
    return null;
  }
}
