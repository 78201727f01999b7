import dns from 'node:dns';
import { dice } from '../../src/random.fixture.ts';

/** Loaded into the connector's process: two lookups in five fail, each in a way that is drawn from DNS_SEED. */
const roll = dice(Number(process.env['DNS_SEED']));

type Done = (error: Error | null, addresses: readonly { address: string; family: number }[]) => void;

const errors = ['ENOTFOUND', 'EAI_AGAIN'].map((code) =>
  Object.assign(new Error(`getaddrinfo ${code}`), { code, syscall: 'getaddrinfo' }),
);

dns.lookup = ((_name: string, _options: unknown, done: Done) => {
  const kind = roll(5);
  // On Linux all of 127.0.0.0/8 is this machine, where nobody listens at the other address.
  const found = [{ address: kind === 2 && roll(3) === 0 ? '127.0.0.2' : '127.0.0.1', family: 4 }];
  setTimeout(() => done(errors[kind] ?? null, found), roll(30));
}) as unknown as typeof dns.lookup;
