import { describe, expect, test } from 'vitest';
import { checkLines, checkTranscript, type Transcript } from './transcript.ts';

const at = 1_755_800_000_123;
const catalog = { streams: [{ stream: { name: 'orders' } }, { stream: { name: 'store' } }] };

const record = (stream: string, id: unknown) =>
  `{"type":"RECORD","record":{"stream":"${stream}","data":{"id":${JSON.stringify(id)}},"emitted_at":${at}}}`;
const state = (stream: string, count: string) =>
  `{"type":"STATE","state":{"type":"STREAM","stream":{"stream_descriptor":{"name":"${stream}"},"stream_state":{"id":1}},"sourceStats":{"recordCount":${count}}}}`;
const trace = (content: object) => JSON.stringify({ type: 'TRACE', trace: { emitted_at: at, ...content } });
const status = (stream: string, word: string) =>
  trace({ type: 'STREAM_STATUS', stream_status: { stream_descriptor: { name: stream }, status: word } });
const failure = (stream?: string) =>
  trace({
    type: 'ERROR',
    error: {
      message: 'No.',
      failure_type: 'config_error',
      ...(stream && { stream_descriptor: { name: stream } }),
    },
  });
const log = (message: string) => JSON.stringify({ type: 'LOG', log: { level: 'INFO', message } });

const sound = [
  log('hello'),
  status('orders', 'STARTED'),
  status('store', 'STARTED'),
  status('orders', 'RUNNING'),
  record('orders', 1),
  record('orders', 2),
  state('orders', '2.0'),
  status('store', 'RUNNING'),
  record('orders', 3),
  state('store', '0.0'),
  status('store', 'COMPLETE'),
  state('orders', '1.0'),
  status('orders', 'COMPLETE'),
];

const text = (lines: readonly string[]) => lines.map((line) => `${line}\n`).join('');
const transcript = (lines: readonly string[], rest: Partial<Transcript> = {}): Transcript => ({
  stdout: text(lines),
  exitCode: 0,
  catalog,
  ...rest,
});
const without = (line: string) => sound.filter((other) => other !== line);
const after = (...lines: string[]) => [...sound, ...lines];
const swap = (line: string, ...others: string[]) =>
  sound.flatMap((other) => (other === line ? others : [other]));

/** Until `orders` is stopped. */
const stopped = [...sound.slice(0, -2), status('orders', 'INCOMPLETE')];
const ofThree = { streams: [...catalog.streams, { stream: { name: 'x' } }] };
const oneFailed = [...sound.slice(0, -1), failure('orders'), status('orders', 'INCOMPLETE')];

test.each<[string, Transcript]>([
  ['a whole sync [STO-09]', transcript(sound)],
  ['nothing configured', transcript([log('idle')], { catalog: { streams: [] } })],
  ['refused before it began', transcript([failure()], { exitCode: 1 })],
  [
    'one stream failed, one that is not there [CONF-04]',
    transcript([...oneFailed, status('x', 'INCOMPLETE')], { exitCode: 1, catalog: ofThree }),
  ],
  ['ended by a signal [SIG-03]', transcript(stopped, { exitCode: null, signal: 'SIGTERM' })],
  ['ended by a signal as PID 1 [SIG-02]', transcript(stopped, { exitCode: 143 })],
  [
    'killed in the middle of a line',
    {
      ...transcript([], { exitCode: null, signal: 'SIGKILL', cutShort: true }),
      stdout: `${text(sound.slice(0, 6))}{"type":"REC`,
    },
  ],
  [
    'a secret in a record alone [E-09]',
    transcript(swap(record('orders', 3), record('orders', 'hunter2')), { secrets: ['hunter2'] }),
  ],
  [
    'rate limited before its state [SS-04]',
    transcript(swap(record('orders', 3), status('orders', 'RUNNING'), record('orders', 3))),
  ],
])('sound: %s', (_name, sent) => {
  expect(() => checkTranscript(sent)).not.toThrow();
});

describe('lines', () => {
  /** A record's line with something else in it. */
  const odd = (part: string, other: string) => record('orders', 1).replace(part, other);
  const limited = '{"type":"RATE_LIMITED"}';
  const running = status('orders', 'RUNNING');
  const twoReasons = running.replace('"RUNNING"', `"RUNNING","reasons":[${limited},${limited}]`);
  const halfAnEstimate = trace({
    type: 'ESTIMATE',
    estimate: { name: 'orders', type: 'STREAM', row_estimate: 1 },
  });

  test.each([
    ['no JSON [OUT-02]', 'Debugger attached.', 'not JSON (OUT-01, OUT-02)'],
    ['two documents', `${log('a')} ${log('b')}`, 'not JSON (OUT-01, OUT-02)'],
    ['a byte order mark', `\uFEFF${log('a')}`, 'not JSON (OUT-01, OUT-02)'],
    ['an empty line', '', 'not JSON (OUT-01, OUT-02)'],
    ['a carriage return', `${log('a')}\r`, 'cut it in two (OUT-04)'],
    ['U+0085', log('a\u0085b'), 'cut it in two (OUT-04)'],
    ['U+2028', log('a\u2028b'), 'cut it in two (OUT-04)'],
    ['U+2029', log('a\u2029b'), 'cut it in two (OUT-04)'],
    ['a lone surrogate', log('\uD83D'), 'a lone surrogate (OUT-05)'],
    ['a lone surrogate in a key', odd('{"id":1}', String.raw`{"\udc00":1}`), 'a lone surrogate (OUT-05)'],
    ['no type', '{"log":{"level":"INFO","message":""}}', "required property 'type'"],
    ['an unknown type', '{"type":"HELLO"}', 'value of tag "type"'],
    ['a second payload', log('a').replace('{', '{"record":{},'), 'additional properties'],
    ['snake case [MSG-00]', '{"type":"CONNECTION_STATUS","connection_status":{}}', 'connectionStatus'],
    ['a level that is none [MSG-06]', log('a').replace('INFO', 'WARNING'), 'allowed values'],
    ['null for nothing', log('a').replace('"a"', '"a","stack_trace":null'), 'must be string'],
    ['an empty record [MSG-04]', odd('"id":1', ''), 'fewer than 1'],
    ['a time with a point [MSG-13]', odd(`${at}`, `${at}.0`), 'no plain integer (MSG-13)'],
    ['a time with a fraction', odd(`${at}`, `${at}.5`), 'must be integer'],
    ['seconds for milliseconds', odd(`${at}`, '1755800000'), 'must be >= 1000'],
    ['a count without a point [MSG-05]', state('orders', '1'), 'without a decimal point (MSG-05)'],
    ['a count that is none', state('orders', '1.5'), 'must be multiple of 1'],
    ['a state without a count', state('orders', '1.0').replace(/,"sourceStats":\{.*?\}/, ''), 'sourceStats'],
    ['a legacy state', '{"type":"STATE","state":{"data":{}}}', "must have required property 'type'"],
    ['a state with an id', state('orders', '1.0').replace('"STREAM"', '"STREAM","id":1'), 'id'],
    ['a trace without its time [MSG-12]', failure().replace(/"emitted_at":\d+,/, ''), 'emitted_at'],
    ['an error without a kind [MSG-07]', failure().replace(/,"failure_type":"\w+"/, ''), 'failure_type'],
    ['two reasons [MSG-08]', twoReasons, 'more than 1 items'],
    ['half an estimate [MSG-09]', halfAnEstimate, 'byte_estimate'],
  ])('%s', (_name, line, problem) => {
    const check = () => checkLines({ stdout: text([log('before'), line, log('after')]), exitCode: 0 });
    expect(check).toThrow(problem);
    expect(check).toThrow('line 2');
  });

  test('a last line without its newline [OUT-01]', () => {
    expect(() => checkLines({ stdout: log('a'), exitCode: 0 })).toThrow('does not end with a newline');
  });

  test('whatever stands on stderr [ERR-01]', () => {
    expect(() => checkLines({ stdout: '', stderr: '(node:1) Warning', exitCode: 0 })).toThrow('ERR-01');
  });

  test.each([
    ['as it is', (secret: string) => secret],
    ['within JSON in a text', (secret: string) => JSON.stringify({ token: secret })],
    ['in a URL', encodeURIComponent],
    ['in a header', (secret: string) => Buffer.from(secret).toString('base64')],
  ])('a secret %s [E-09, T05]', (_name, spell) => {
    const secrets = ['p"ss w\\rd&/+'];
    const said = (message: string) => () =>
      checkLines({ stdout: text([log(message)]), exitCode: 0, secrets });
    expect(said(`GET /?t=${spell(secrets[0] ?? '')}`)).toThrow('a secret of the configuration (E-09)');
    expect(said('GET /?t=****')).not.toThrow();
  });
});

describe('the order of a stream [SS-01]', () => {
  const [two, one] = [state('orders', '2.0'), state('orders', '1.0')];
  const running = status('orders', 'RUNNING');
  test.each<[string, readonly string[], string]>([
    ['no STARTED', without(status('orders', 'STARTED')), 'orders: RUNNING before STARTED (SS-01)'],
    ['STARTED twice', [status('orders', 'STARTED'), ...sound], 'orders: STARTED twice (SS-01)'],
    ['no RUNNING', without(status('store', 'RUNNING')), 'store: COMPLETE without RUNNING (SS-01)'],
    ['a record first', swap(running, record('orders', 0), running), 'orders: RECORD before RUNNING (SS-01)'],
    ['no ending', without(status('orders', 'COMPLETE')), 'orders: started, but neither'],
    ['a record last [SS-02]', after(record('orders', 4)), 'orders: RECORD after COMPLETE (SS-02)'],
    ['a state after the end', after(state('orders', '0.0')), 'orders: STATE after COMPLETE (SS-02)'],
    [
      'two endings [SS-02]',
      after(status('orders', 'INCOMPLETE')),
      'orders: INCOMPLETE after COMPLETE (SS-02)',
    ],
    ['a record of another', after(record('x', 4)), 'x: RECORD, but the stream is not configured'],
    ['a state of another', after(state('x', '0.0')), 'x: STATE, but the stream is not configured'],
    ['a status of another [SS-03]', after(status('x', 'COMPLETE')), 'x: COMPLETE, but the stream is not'],
    ['an error of another', after(failure('x')), 'x: TRACE ERROR, but the stream is not'],
    ['no state [STO-01]', without(state('store', '0.0')), 'store: no STATE straight before COMPLETE (STO-01'],
    ['no final state', without(one), 'orders: no STATE straight before COMPLETE (STO-01'],
    [
      'a status after it [STO-02]',
      swap(one, one, running),
      'no STATE straight before COMPLETE (STO-01, STO-02)',
    ],
    [
      'a high count [MSG-05]',
      swap(two, state('orders', '3.0')),
      'STATE counts 3 records, there were 2 (MSG-05)',
    ],
    ['a running total', swap(one, state('orders', '3.0')), 'STATE counts 3 records, there were 1 (MSG-05)'],
    ['a lost record', without(record('orders', 1)), 'STATE counts 2 records, there were 1 (MSG-05)'],
    [
      'a catalog [MSG-11]',
      after('{"type":"CATALOG","catalog":{"streams":[]}}'),
      'CATALOG has no place in a read',
    ],
  ])('%s', (_name, lines, problem) => {
    expect(() => checkTranscript(transcript(lines))).toThrow(problem);
  });
});

describe('the ending', () => {
  const incomplete = [...sound.slice(0, -1), status('orders', 'INCOMPLETE')];
  const [open, silent] = [
    'exit 0, but not every stream is COMPLETE (EXIT-01)',
    'every stream is COMPLETE, but exit 1',
  ];
  test.each<[string, Transcript, string]>([
    ['exit 0 with an INCOMPLETE [EXIT-01]', transcript(incomplete), open],
    ['exit 0 without a configured stream', transcript(sound, { catalog: ofThree }), open],
    ['exit 0 after an error', transcript(after(failure())), 'exit 0 after a TRACE ERROR (EXIT-01)'],
    ['exit 1, all COMPLETE', transcript(sound, { exitCode: 1 }), silent],
    ['exit 1 with an error, all COMPLETE', transcript(after(failure()), { exitCode: 1 }), silent],
    ['exit 1 without a word', transcript(incomplete, { exitCode: 1 }), 'exit 1 without a TRACE ERROR (E-01)'],
  ])('%s', (_name, sent, problem) => {
    expect(() => checkTranscript(sent)).toThrow(problem);
  });

  test('every broken rule is named, not only the first', () => {
    const broken = transcript(without(status('store', 'RUNNING')), { exitCode: 1 });
    expect(() => checkTranscript(broken)).toThrow(/COMPLETE without RUNNING[^]*but exit 1/);
  });
});
