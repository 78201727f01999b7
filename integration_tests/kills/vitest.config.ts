import { defineConfig } from 'vitest/config';
import { local } from '../../vitest.config.ts';

export default defineConfig({
  test: { ...local, root: import.meta.dirname, include: ['*.spec.ts'] },
});
