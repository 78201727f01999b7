import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runSource } from './airbyte/index.ts';

void runSource({
  name: 'source-recharge',
  // In the folder of the executable.
  specification: () => JSON.parse(readFileSync(join(__dirname, 'spec.json'), 'utf8')),
  // In a bundle of its own, so that `spec` starts without it.
  load: async () => {
    const { rechargeConnector } = await import('./recharge-source.ts');
    return rechargeConnector;
  },
});
