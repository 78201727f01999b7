import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

interface Order {
  readonly id: number;
  readonly status: string;
  readonly updated_at: string;
}

/** The API that the README's source reads: `GET /orders`, filtered and sorted by updated_at. */
export class OrdersServer {
  readonly apiKey = 'key_8f2c71';
  readonly #orders = new Map<number, Order>();
  readonly #server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '', this.url);
    const authorized = request.headers['x-api-key'] === this.apiKey;
    const status = pathname !== '/orders' ? 404 : authorized ? 200 : 401;
    const orders = [...this.#orders.values()]
      .filter(({ updated_at }) => updated_at >= (searchParams.get('updated_at_min') ?? ''))
      .toSorted((a, b) => (a.updated_at < b.updated_at ? -1 : 1))
      .slice(0, Number(searchParams.get('limit')));
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(status === 200 ? JSON.stringify({ orders }) : '{}');
  });

  static async start(): Promise<OrdersServer> {
    const server = new OrdersServer();
    server.#server.listen(0, '127.0.0.1');
    await once(server.#server, 'listening');
    return server;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  get ids(): number[] {
    return [...this.#orders.keys()];
  }

  /** Adds orders or updates them, each one second after the one before it, from this second of 2024-05-01 on. */
  update(ids: readonly number[], status: string, firstSecond: number): void {
    for (const [index, id] of ids.entries()) {
      const time = new Date(Date.UTC(2024, 4, 1, 0, 0, firstSecond + index));
      this.#orders.set(id, { id, status, updated_at: time.toISOString().replace('.000Z', 'Z') });
    }
  }

  async close(): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
    await once(this.#server, 'close');
  }
}
