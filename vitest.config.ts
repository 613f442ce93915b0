import { defineConfig } from 'vitest/config';

/**
 * Two projects: `unit` (fast, run before each commit by `npm run check`) and `system` (whole command-line runs, real
 * engine processes, real video files), named `*.system.test.ts`. Native modules need the forks pool.
 */
export default defineConfig({
  test: {
    pool: 'forks',
    maxWorkers: 2,
    reporters: ['default', './vitest.count-reporter.ts'],
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['{native-models,electron,renderer,bench}/**/*.test.{ts,tsx}'],
          exclude: ['**/*.system.test.ts', '**/node_modules/**'],
          testTimeout: 30_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'system',
          include: ['{native-models,electron,renderer,bench}/**/*.system.test.ts'],
          exclude: ['**/node_modules/**'],
          testTimeout: 180_000,
          hookTimeout: 180_000,
        },
      },
    ],
  },
});
