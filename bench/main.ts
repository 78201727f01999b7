/** `npm run bench -- NAME…`: measures the built connector; without a name it lists the measurements. */
const benches: Readonly<Record<string, () => Promise<{ run: (args: readonly string[]) => Promise<void> }>>> =
  {
    cost: () => import('./cost.ts'),
    memory: () => import('./memory.ts'),
    soak: () => import('./soak.ts'),
    protocol: () => import('./protocol.ts'),
    peers: () => import('./peers.ts'),
    'rate-limit': () => import('./rate-limit.ts'),
  };

const [name = '', ...args] = process.argv.slice(2);
const load = Object.hasOwn(benches, name) ? benches[name] : undefined;
if (load === undefined) {
  console.error(`Usage: npm run bench -- ${Object.keys(benches).join(' | ')}`);
  process.exitCode = 2;
} else await (await load()).run(args);
