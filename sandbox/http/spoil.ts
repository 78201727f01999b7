import type { ServerResponse } from 'node:http';
import type { FaultKind } from '../options.ts';
import type { MadeAnswer } from './faults.ts';

const JSON_TYPE = 'application/json';
const HTML = (title: string): string =>
  `<html>\r\n<head><title>${title}</title></head>\r\n<body>${title}</body>\r\n</html>\r\n`;

const STATUSES: Partial<Record<FaultKind, readonly [number, string, string]>> = {
  error500: [500, 'text/html', HTML('500 Internal Server Error')],
  error502: [502, 'text/html', HTML('502 Bad Gateway')],
  error503: [503, 'text/html', HTML('503 Service Temporarily Unavailable')],
  error504: [504, 'text/html', HTML('504 Gateway Time-out')],
  conflict409: [409, JSON_TYPE, '{"error":"A call to this route is already in progress."}'],
  random429: [429, JSON_TYPE, '{"warning":"too many requests"}'],
  notJson: [200, 'text/html', HTML('Be right back')],
  missingKey: [200, JSON_TYPE, '{"next_cursor":null,"previous_cursor":null}'],
};

/** Sends a complete response. */
export function send(response: ServerResponse, status: number, type: string, body: string | Buffer): number {
  const bytes = typeof body === 'string' ? Buffer.from(body) : body;
  response.writeHead(status, { 'Content-Type': type, 'Content-Length': bytes.length });
  response.end(bytes);
  return bytes.length;
}

/**
 * The gateway's response to a request that took too long (docs/recharge-api.md#status-codes,
 * docs/recharge-api.md#slow-answers).
 */
export function sendGatewayTimeout(response: ServerResponse): number {
  return spoil(response, 'error504', Buffer.alloc(0)).bytes;
}

/**
 * Sends a fault in place of the response with `body`. The stalls keep the connection open until the client
 * gives up or the sandbox closes. Returns what was sent.
 */
export function spoil(
  response: ServerResponse,
  fault: FaultKind | MadeAnswer,
  body: Buffer,
): { status: number; bytes: number } {
  if (typeof fault === 'object') return { status: fault.status, bytes: sendMade(response, fault) };
  const whole = STATUSES[fault];
  if (whole) return { status: whole[0], bytes: send(response, ...whole) };
  if (fault === 'truncated' || fault === 'aborted') {
    return { status: 200, bytes: cutShort(response, body, fault === 'truncated') };
  }
  if (fault === 'stall') {
    response.writeHead(200, { 'Content-Type': JSON_TYPE, 'Content-Length': body.length });
    response.flushHeaders();
    return { status: 200, bytes: 0 };
  }
  if (fault === 'reset') response.socket?.resetAndDestroy();
  return { status: 0, bytes: 0 };
}

function sendMade(response: ServerResponse, { status, headers, body = '' }: MadeAnswer): number {
  for (const [name, value] of Object.entries(headers ?? {})) response.setHeader(name, value);
  return send(response, status, headers?.['Content-Type'] ?? JSON_TYPE, body);
}

/** Sends half of the body, cut inside a string, then closes: with the full `Content-Length`, or chunked. */
function cutShort(response: ServerResponse, bytes: Buffer, withLength: boolean): number {
  const half = bytes.subarray(0, cutInsideString(bytes));
  response.writeHead(200, {
    'Content-Type': JSON_TYPE,
    ...(withLength && { 'Content-Length': bytes.length }),
  });
  response.write(half, () => response.destroy());
  return half.length;
}

/** An offset near the middle that is inside a JSON string. */
function cutInsideString(bytes: Buffer): number {
  const [quote, backslash] = [0x22, 0x5c];
  let inside = false;
  for (let at = 0; at < bytes.length; at += 1) {
    if (inside && bytes[at] === backslash) at += 1;
    else if (bytes[at] === quote) inside = !inside;
    else if (inside && at * 2 >= bytes.length) return at;
  }
  return Math.floor(bytes.length / 2);
}
