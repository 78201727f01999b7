import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** The environment of a connector whose waits are cut short. */
export const impatient = {
  NODE_OPTIONS: `--import=${pathToFileURL(join(import.meta.dirname, 'quick-waits.ts')).href}`,
};
