import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runProcess } from './airbyte/process.ts';

/**
 * A heap that is swept as soon as it has grown by a tenth, what stands outside it counted in: the body of a page does. No
 * hard limit, which a store of very large records could meet (docs/performance.md).
 */
const heapFlags = ['--heap-growing-percent=10', '--external-memory-accounted-in-global-limit'];

void runProcess(
  {
    name: 'source-recharge',
    // The executable stands beside it.
    specification: () => JSON.parse(readFileSync(join(__dirname, 'spec.json'), 'utf8')),
    // A bundle of its own, so that `spec` starts without it.
    load: () => {
      for (const flag of heapFlags) setFlagsFromString(flag);
      return import('./connector.ts');
    },
  },
  process.argv.slice(2),
);
