import { describe, expect, test } from 'vitest';
import type { Report } from '../../doctor/findings.ts';
import { configFor, openStore, quickToken } from '../streams/connection.ts';
import { type Answer, type Change, startFront } from '../streams/front.ts';
import { runDoctor } from './run-doctor.ts';

/** Added to each number, so that no number of the store is one that a report would have anyway. */
const far = 90_000_000_000;
const isTime = /^\d{4}-\d\d-\d\d/;

/** A value with a canary in every text and number but times, and with names that are data. */
function marked(value: unknown): unknown {
  if (typeof value === 'string') return isTime.test(value) ? value : `canary ${value}`;
  if (typeof value === 'number') return value === 0 ? 0 : far + value;
  if (Array.isArray(value)) return value.map(marked);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([name, inner]) => [name, marked(inner)]);
  const data = {
    'Canary of Ada Byron': 'canary',
    'ada@canary.example': [],
    extra_object: { canary: { canary: 1 } },
  };
  return Object.fromEntries([...entries, ...Object.entries('id' in value ? data : {})]);
}

/** Answers marked, and what the doctor asks for by them put back. */
const canaries: Change = async ({ path, query }, pass): Promise<Answer> => {
  const plain = (text: string) =>
    text.replaceAll(/\b9\d{10}\b/g, (digits) => String(Number(digits) - far)).replace(/^canary /, '');
  const restored = new URLSearchParams([...query].map(([name, value]) => [name, plain(value)]));
  const answer = await pass(restored, plain(path));
  return {
    status: answer.status,
    headers: { ...answer.headers, 'x-request-id': 'canary', etag: '"canary"' },
    body: JSON.stringify(marked(JSON.parse(answer.body))),
  };
};

describe('a store whose every text, number and free name is a canary', () => {
  test('none of them, no token and no time is in the report', async () => {
    const sandbox = await openStore();
    // Refused with words of the API's own.
    sandbox.answerNext({ status: 422, body: '{"errors":{"canary":["canary"]}}' }, 100, '/accounts');
    const front = await startFront(sandbox, canaries);
    const config = configFor(front);
    const { stdout: table } = await runDoctor(config);
    const { stdout: json } = await runDoctor(config, ['--json']);
    await front.close();
    const report = JSON.parse(json) as Report;
    const facts = report.facts.map(({ fact }) => fact);
    const said = facts.reduce(
      (text, fact) => text.replaceAll(JSON.stringify(fact).slice(1, -1), '').replaceAll(fact, ''),
      table + json,
    );
    expect(said).not.toMatch(/canary|byron|\b9\d{10}|\d{4}-\d\d-\d\d/i);
    expect(said).not.toContain(quickToken);
    expect(said).not.toContain(new URL(front.url).port);

    // It has seen what it does not tell.
    const orders = report.endpoints.find(({ endpoint }) => endpoint === '/orders');
    expect(orders).toMatchObject({ status: 200, filter: 'honoured', from: 'inclusive', sort: 'honoured' });
    expect(report.endpoints.find(({ endpoint }) => endpoint === '/accounts')?.status).toBe(422);
    const schedule = report.endpoints.find(({ endpoint }) => endpoint.endsWith('/delivery_schedule'));
    expect(schedule?.status).toBe(200);
    expect(orders?.fields).toEqual(
      expect.arrayContaining([
        { path: '*', sent: ['array', 'string'], declared: null },
        { path: 'extra_object', sent: ['object'], declared: null },
        { path: 'extra_object.*', sent: ['object'], declared: null },
        { path: 'extra_object.*.*', sent: ['number'], declared: null },
      ]),
    );
    expect(report.headers).toContain('x-request-id');
  });
});
