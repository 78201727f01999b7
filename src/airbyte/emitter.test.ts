import { Writable } from 'node:stream';
import { expect, test } from 'vitest';
import { Emitter } from './emitter.ts';
import { ConnectorError, toConnectorError } from './connector-error.ts';
import { Output } from './output.ts';

async function said(act: (emitter: Emitter) => void, debug = false): Promise<unknown[]> {
  let text = '';
  const stream = new Writable({
    write: (chunk, _encoding, done) => {
      text += String(chunk);
      done();
    },
  });
  const output = new Output(stream, () => {});
  const emitter = new Emitter(output, { debug });
  emitter.redactWith((words) => words.replaceAll('sesame', '****'));
  act(emitter);
  await output.flush();
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line));
}

test('writes each level by its protocol name, and debug only where it is on [CLI-03, MSG-06]', async () => {
  const all = (emitter: Emitter) => {
    for (const level of ['error', 'warn', 'info', 'debug'] as const) emitter.log[level]('open sesame');
  };
  const levels = (messages: unknown[]) => messages.map((message) => (message as { log: object }).log);
  expect(levels(await said(all))).toEqual(
    ['ERROR', 'WARN', 'INFO'].map((level) => ({ level, message: 'open ****' })),
  );
  expect(levels(await said(all, true))).toContainEqual({ level: 'DEBUG', message: 'open ****' });
});

test('an error: its texts redacted, and no key without a value [MSG-07, E-09]', async () => {
  const cause = new Error('sesame');
  cause.stack = 'Error: sesame at line 1';
  const whole = new ConnectorError('transient_error', 'No sesame.', { internal: 'sesame 503', cause });
  const bare = new ConnectorError('config_error', 'No.', { cause });
  const errors = await said((emitter) => {
    emitter.error(whole, 'orders');
    emitter.error(bare);
  });
  expect(errors).toMatchObject([
    {
      type: 'TRACE',
      trace: {
        type: 'ERROR',
        emitted_at: expect.any(Number),
        error: {
          message: 'No ****.',
          failure_type: 'transient_error',
          internal_message: '**** 503',
          stack_trace: 'Error: **** at line 1',
          stream_descriptor: { name: 'orders' },
        },
      },
    },
    { trace: { error: { message: 'No.', failure_type: 'config_error' } } },
  ]);
  expect(Object.keys((errors[1] as { trace: { error: object } }).trace.error)).toEqual([
    'message',
    'failure_type',
  ]);
});

test('a status with one reason, or none [MSG-08, SS-04]', async () => {
  const statuses = await said((emitter) => {
    emitter.status('orders', 'STARTED');
    emitter.status('orders', 'RUNNING', [{ type: 'RATE_LIMITED', rate_limited: { quota_reset: 1 } }]);
  });
  expect(
    statuses.map((message) => (message as { trace: { stream_status: object } }).trace.stream_status),
  ).toEqual([
    { stream_descriptor: { name: 'orders' }, status: 'STARTED' },
    {
      stream_descriptor: { name: 'orders' },
      status: 'RUNNING',
      reasons: [{ type: 'RATE_LIMITED', rate_limited: { quota_reset: 1 } }],
    },
  ]);
});

test.each([
  ['an error', new TypeError('x is not a function'), 'TypeError: x is not a function'],
  ['a text, which may hold anything', 'sesame', 'thrown: string'],
  ['nothing', undefined, 'thrown: undefined'],
])('thrown, %s becomes a system_error whose message does not quote it', (_name, thrown, internal) => {
  const error = toConnectorError(thrown);
  expect([error.type, error.internal]).toEqual(['system_error', internal]);
  expect(error.message).not.toContain('x is not');
  expect(toConnectorError(error)).toBe(error);
});
