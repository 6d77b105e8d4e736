import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

/** Pure code, and templates that are only read: their files may share a process, and with it what they import. */
const pure = ['test/core/**/*.test.ts', 'test/cdk/**/*.test.ts'];

// Every worker, and every process that a test starts, would compile the same libraries anew.
process.env.NODE_COMPILE_CACHE ??= join(tmpdir(), 'assay-test-compile-cache');

export default defineConfig({
  test: {
    // Handlers log as they do in Lambda; a test's output is its own.
    env: { POWERTOOLS_LOG_LEVEL: 'SILENT' },
    // Left to itself vitest takes one core less than there are: on two cores that is one file after the other.
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    projects: [
      { extends: true, test: { name: 'pure', include: pure, isolate: false } },
      { extends: true, test: { name: 'flow', include: ['test/**/*.test.ts'], exclude: pure } },
    ],
  },
});
