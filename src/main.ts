import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runProcess } from './airbyte/process.ts';

void runProcess(
  {
    name: 'source-recharge',
    // The executable stands beside it.
    specification: () => JSON.parse(readFileSync(join(__dirname, 'spec.json'), 'utf8')),
    // A bundle of its own, so that `spec` starts without it.
    load: () => import('./connector.ts'),
  },
  process.argv.slice(2),
);
