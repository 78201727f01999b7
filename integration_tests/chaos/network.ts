import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { startProxy } from '../network/proxy.ts';
import { authority, startTls } from '../network/tls.ts';
import { impatient } from '../streams/impatience.ts';
import type { Roll } from './faults.ts';
import type { StartSurroundings } from './surroundings.ts';

/** Connections of a hundred that go wrong. */
const percent = 40;

/** Passes connections on to a port of this machine, some of them in a way that spoils what goes over them. */
class Relay {
  readonly url: string;
  readonly close: () => void;
  isSound = true;
  /** Whether it changes bytes, which TLS alone finds out. */
  flips = true;
  #injected = 0;

  private constructor(protocol: string, server: ReturnType<typeof createServer>, sockets: Set<Socket>) {
    this.url = `${protocol}://localhost:${(server.address() as AddressInfo).port}`;
    this.close = () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    };
  }

  static async start(to: string, roll: Roll, protocol = new URL(to).protocol.slice(0, -1)): Promise<Relay> {
    const sockets = new Set<Socket>();
    const server = createServer();
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const relay = new Relay(protocol, server, sockets);
    server.on('connection', (socket) => {
      const beyond = connect(Number(new URL(to).port), '127.0.0.1');
      for (const one of [socket, beyond]) {
        sockets.add(one);
        one.on('error', () => {});
        one.on('close', () => {
          socket.destroy();
          beyond.destroy();
          sockets.delete(one);
        });
      }
      relay.#join(socket, beyond, roll);
    });
    return relay;
  }

  /** Faults since the last call. */
  takeInjected(): number {
    const injected = this.#injected;
    this.#injected = 0;
    return injected;
  }

  #join(socket: Socket, beyond: Socket, roll: Roll): void {
    socket.pipe(beyond);
    if (this.isSound || roll(100) >= percent) {
      beyond.pipe(socket);
      return;
    }
    this.#injected += 1;
    const kind = roll(24);
    // Nothing at all, for which the connector waits ten seconds that no preload shortens.
    if (kind === 0) return;
    if (kind < 6) socket.resetAndDestroy();
    else if (kind < 12) socket.end('It works!\n');
    else spoilAt(socket, beyond, roll(roll(200_000) + 1), this.flips && kind < 18);
  }
}

/** After so many bytes of the answers one byte is another, or the connection ends. */
function spoilAt(socket: Socket, beyond: Socket, at: number, isFlipped: boolean): void {
  let bytes = 0;
  beyond.on('data', (chunk: Buffer) => {
    const index = at - bytes;
    bytes += chunk.length;
    if (index < 0 || index >= chunk.length) socket.write(chunk);
    else if (isFlipped) {
      chunk[index] = (chunk[index] ?? 0) ^ 0xff;
      socket.write(chunk);
    } else {
      socket.write(chunk.subarray(0, index));
      socket.destroy();
    }
  });
}

const trusting = { NODE_EXTRA_CA_CERTS: authority };

/** TLS that breaks: handshakes answered by something else, cut or changed records; one sync in five does not know the authority. */
export const brokenTls: StartSurroundings = async (front, roll) => {
  front.keepsAlive = false;
  const tls = await startTls(front);
  const relay = await Relay.start(tls.url, roll);
  return {
    next: async (isSound) => {
      relay.isSound = isSound;
      const isTrusted = isSound || roll(5) > 0;
      return {
        config: { api_url: relay.url },
        options: { env: isTrusted ? trusting : {} },
        end: async (run) => ({ run, injected: relay.takeInjected() + (isTrusted ? 0 : 1) }),
      };
    },
    close: async () => {
      relay.close();
      await tls.close();
    },
  };
};

/** A proxy that breaks: its connections do as those of TLS, and one sync in four it is gone or refuses all. */
export const brokenProxy: StartSurroundings = async (front, roll) => {
  front.keepsAlive = false;
  const tls = await startTls(front);
  const proxy = await startProxy();
  const refusing = await Promise.all([403, 407, 502].map((refusal) => startProxy({ refusal })));
  const relay = await Relay.start(proxy.url, roll);
  const others = [...refusing.map(({ url }) => url), 'http://127.0.0.1:1'];
  return {
    next: async (isSound) => {
      relay.isSound = isSound;
      relay.flips = roll(2) === 0;
      const isRefusing = !isSound && roll(4) === 0;
      const way = (isRefusing && others[roll(others.length)]) || relay.url;
      return {
        config: { api_url: relay.flips ? tls.url : front.url },
        options: { env: { ...trusting, HTTP_PROXY: way, HTTPS_PROXY: way } },
        end: async (run) => ({ run, injected: relay.takeInjected() + (isRefusing ? 1 : 0) }),
      };
    },
    close: async () => {
      relay.close();
      await Promise.all([tls, proxy, ...refusing].map((one) => one.close()));
    },
  };
};

const preload = pathToFileURL(join(import.meta.dirname, 'failing-dns.ts')).href;

/** A name that does not resolve at times, or to a machine that refuses connections. */
export const failingDns: StartSurroundings = async (front, roll) => {
  front.keepsAlive = false;
  return {
    next: async (isSound) => ({
      config: { api_url: front.url.replace('127.0.0.1', 'localhost') },
      options: isSound
        ? {}
        : {
            env: {
              NODE_OPTIONS: `${impatient.NODE_OPTIONS} --import=${preload}`,
              DNS_SEED: String(roll(2 ** 31)),
            },
          },
      end: async (run) => ({
        run,
        injected: run.logs().filter((line) => /ENOTFOUND|EAI_AGAIN|ECONNREFUSED/.test(line)).length,
      }),
    }),
    close: async () => {},
  };
};
