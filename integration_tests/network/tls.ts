import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import { type AddressInfo, connect } from 'node:net';
import { join } from 'node:path';
import type { Sandbox } from '../../sandbox/index.ts';

/*
 * The certificates were made by openssl, for a hundred years, and the authority's own key was thrown away:
 * openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 36500 … -out ca.pem
 * openssl x509 -req -CA ca.pem -days 36500 -extfile <(subjectAltName=DNS:localhost,IP:127.0.0.1) … -out server.pem
 */
const file = (name: string) => join(import.meta.dirname, 'certificates', name);

/** What NODE_EXTRA_CA_CERTS has to name. */
export const authority = file('ca.pem');

/** A sandbox behind TLS, with a certificate of an authority that nobody knows. */
export async function startTls(
  sandbox: Pick<Sandbox, 'url'>,
): Promise<{ url: string; close: () => Promise<void> }> {
  const { port } = new URL(sandbox.url);
  const server = createServer({
    key: readFileSync(file('server.key')),
    cert: readFileSync(file('server.pem')),
  });
  // Once TLS is off, what is left is the sandbox's own HTTP.
  server.removeAllListeners('secureConnection');
  server.on('secureConnection', (socket) => {
    const behind = connect(Number(port), '127.0.0.1');
    socket.pipe(behind).pipe(socket);
    socket.on('error', () => behind.destroy());
    behind.on('error', () => socket.destroy());
    socket.on('close', () => behind.destroy());
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return {
    url: `https://localhost:${(server.address() as AddressInfo).port}`,
    close: async () => {
      server.close();
    },
  };
}
