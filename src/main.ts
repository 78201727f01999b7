import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runSource } from './airbyte/index.ts';

/**
 * Collects garbage as soon as the heap has grown by a tenth, and counts memory outside the heap, where the bodies of pages
 * are. There is no hard limit, which a store of very large records could exceed (docs/performance.md).
 */
const heapFlags = ['--heap-growing-percent=10', '--external-memory-accounted-in-global-limit'];

void runSource({
  name: 'source-recharge',
  // In the folder of the executable.
  specification: () => JSON.parse(readFileSync(join(__dirname, 'spec.json'), 'utf8')),
  // In a bundle of its own, so that `spec` starts without it.
  load: async () => {
    for (const flag of heapFlags) setFlagsFromString(flag);
    const { rechargeConnector } = await import('./recharge-source.ts');
    return rechargeConnector;
  },
});
