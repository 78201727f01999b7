import { writeFile } from 'node:fs/promises';
import { specification } from '../src/config/config-schema.ts';

await writeFile('spec.json', `${JSON.stringify(specification(), null, 2)}\n`);
