import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';
import { folders, local } from './vitest.config.ts';

const properties = globSync(
  folders.map((folder) => `${folder}/**/*.test.ts`),
  { cwd: import.meta.dirname },
).filter(
  (file) =>
    !file.includes('node_modules') &&
    /from 'fast-check'|\bruns\(/.test(readFileSync(join(import.meta.dirname, file), 'utf8')),
);

/** `npm run test:deep`: what takes long and further cases, in files named *.deep.test.ts, and ten times as many runs of each property. */
export default defineConfig({
  test: {
    ...local,
    include: [...folders.map((folder) => `${folder}/**/*.deep.test.ts`), ...properties],
    env: { ...local.env, DEEP: process.env['DEEP'] ?? '10' },
    maxWorkers: 2,
    testTimeout: 600_000,
  },
});
