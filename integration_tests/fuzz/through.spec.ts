import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll } from 'vitest';
import { runs } from '../../src/random.fixture.ts';
import { runConnector } from '../harness/run-connector.ts';
import { impatient } from '../streams/impatience.ts';
import { testInputs } from './properties.ts';
import type { Answering } from './store.ts';

/** The built connector as a process, and the store over HTTP: 200 inputs of each kind. */
let answering: Answering;
const server = createServer((request, response) => {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://store');
  const version = String(request.headers['x-recharge-version']);
  const { status, headers, body } = answering({ path: pathname, query: searchParams, version });
  response.writeHead(status, headers).end(body);
});
await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

testInputs(
  (args, answer) => {
    answering = answer;
    return runConnector(args, { env: impatient, unchecked: true, timeout: 300_000 });
  },
  `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
  runs(2),
);
