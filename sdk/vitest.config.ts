import { defineConfig } from 'vitest/config';

/** The package's own tests need no database: `vitest run --root sdk`. */
export default defineConfig({ test: { include: ['**/*.test.ts'] } });
