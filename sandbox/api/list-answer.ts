import type { Switches } from '../options.ts';
import type { Listed } from './lists.ts';
import type { ApiAnswer, ApiRequest } from './request.ts';

/**
 * A page in its version's envelope (docs/recharge-api.md#envelopes): cursors in the body, or a `Link` header.
 */
export function listAnswer(
  key: string,
  rows: readonly Buffer[],
  listed: Listed,
  request: ApiRequest,
  switches: Switches,
): ApiAnswer {
  if (request.version === '2021-01') {
    const link = links(listed, request, switches.linkStyle).join(', ');
    return {
      status: 200,
      body: enveloped(`{"${key}":[`, rows),
      ...(link !== '' && { headers: { Link: link } }),
    };
  }
  const { next, previous } = listed.page;
  const cursors = `"next_cursor":${JSON.stringify(next)},"previous_cursor":${JSON.stringify(previous)}`;
  return { status: 200, body: enveloped(`{${cursors},"${key}":[`, rows) };
}

const COMMA = Buffer.from(',');
const END = Buffer.from(']}');

/** Joins bytes, not strings: encoding a page in several scripts as one string takes three times as long. */
function enveloped(head: string, rows: readonly Buffer[]): Buffer {
  const parts: Buffer[] = [Buffer.from(head)];
  for (const [at, row] of rows.entries()) {
    if (at > 0) parts.push(COMMA);
    parts.push(row);
  }
  parts.push(END);
  return Buffer.concat(parts);
}

/** The `Link` header of 2021-01; a client that asked for a page number gets page numbers. */
function links(listed: Listed, request: ApiRequest, style: Switches['linkStyle']): readonly string[] {
  const { next, previous } = listed.page;
  const around = [
    ['previous', previous, -1],
    ['next', next, 1],
  ] as const;
  if (style === 'none') return [];
  return around.flatMap(([rel, cursor, step]) => {
    if (cursor === null) return [];
    const query =
      request.query.has('page') || style === 'page'
        ? byNumber(request.query, step)
        : byCursor(listed, style, cursor);
    return [`<${request.origin}/${request.segments.join('/')}?${query.toString()}>; rel="${rel}"`];
  });
}

function byNumber(query: URLSearchParams, step: 1 | -1): URLSearchParams {
  const next = new URLSearchParams(query);
  next.set('page', String(Number(query.get('page') ?? 1) + step));
  return next;
}

function byCursor({ plan }: Listed, style: 'cursor' | 'page_info', cursor: string): URLSearchParams {
  return new URLSearchParams({ limit: String(plan.limit), [style]: cursor });
}
