import { defineConfig } from 'vitest/config';
import { shared } from '../../vitest.config.ts';

export default defineConfig({
  test: { ...shared, root: import.meta.dirname, include: ['*.spec.ts'] },
});
