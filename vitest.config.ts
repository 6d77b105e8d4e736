import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Handlers log as they do in Lambda; a test's output is its own.
    env: { POWERTOOLS_LOG_LEVEL: 'SILENT' },
    // Left to itself vitest takes one core less than there are: on two cores that is one file after the other.
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
