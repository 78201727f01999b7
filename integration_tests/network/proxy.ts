import { createServer, request as forward, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';

/** The only way out of a network: forwards plain requests, tunnels TLS, and remembers where each one went. */
export interface Proxy {
  /** For HTTP_PROXY and HTTPS_PROXY, with user and password where it wants them. */
  readonly url: string;
  readonly forwarded: readonly string[];
  readonly tunnels: readonly string[];
  readonly close: () => Promise<void>;
}

export interface ProxyOptions {
  /** `user:password`, as a URL has them, without which it answers 407. */
  readonly credentials?: string;
  /** Refuses to tunnel, with this status. */
  readonly refusal?: number;
  /** Takes the connection for a tunnel, and says nothing. */
  readonly silent?: boolean;
}

export async function startProxy({ credentials, refusal, silent }: ProxyOptions = {}): Promise<Proxy> {
  const forwarded: string[] = [];
  const tunnels: string[] = [];
  const sockets = new Set<Duplex>();
  const expected = credentials && `Basic ${Buffer.from(decodeURIComponent(credentials)).toString('base64')}`;
  const refused = ({ headers }: IncomingMessage) =>
    expected !== undefined && headers['proxy-authorization'] !== expected ? 407 : refusal;
  const server = createServer((message, response) => {
    const status = refused(message);
    if (status !== undefined) response.writeHead(status).end();
    else {
      forwarded.push(new URL(message.url ?? '').host);
      passOn(message, response);
    }
  });
  server.on('connect', (message: IncomingMessage, socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    if (silent === true) return;
    const status = refused(message);
    if (status !== undefined) {
      socket.end(`HTTP/1.1 ${status} Refused\r\n\r\n`);
      return;
    }
    tunnels.push(message.url ?? '');
    const [host, port] = (message.url ?? '').split(':');
    const beyond = connect(Number(port), host, () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      socket.pipe(beyond).pipe(socket);
    });
    sockets.add(beyond);
    beyond.on('error', () => socket.destroy());
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const login = credentials === undefined ? '' : `${credentials}@`;
  return {
    url: `http://${login}127.0.0.1:${(server.address() as AddressInfo).port}`,
    forwarded,
    tunnels,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      const closed = new Promise((done) => server.close(done));
      server.closeAllConnections();
      await closed;
    },
  };
}

function passOn(message: IncomingMessage, response: ServerResponse): void {
  const { 'proxy-authorization': _, 'proxy-connection': __, ...headers } = message.headers;
  const beyond = forward(message.url ?? '', { method: message.method, headers }, (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.on('error', () => response.destroy());
    answer.pipe(response);
  });
  beyond.on('error', () => (response.headersSent ? response.destroy() : response.writeHead(502).end()));
  response.on('close', () => beyond.destroy());
  message.pipe(beyond);
}
