import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

/** Pure code: no servers, no processes, no files. Seconds for all of it: `npm run test:unit`, `npm run test:watch`. */
const unit = [
  'test/core/**/*.test.ts',
  'test/lambdas/{category-health,counted-names,largest-counter-item,marks}.test.ts',
  'test/local/{cloudwatch/{expression,rule,threshold},page/compose-panels,replay/input-records}.test.ts',
];

/** Templates that are synthesized and read: CDK takes seconds to load. */
const templates = ['test/cdk/**/*.test.ts', 'test/core/cost/published-metrics.test.ts'];

// Every worker, and every process that a test starts, would compile the same libraries anew.
process.env.NODE_COMPILE_CACHE ??= join(tmpdir(), 'assay-test-compile-cache');

/** Time-outs only bound hangs: tests wait for what they want to see, and a busy machine may take its time. */
const hangMs = 600_000;

export default defineConfig({
  test: {
    // Handlers log as they do in Lambda; a test's output is its own.
    env: { POWERTOOLS_LOG_LEVEL: 'SILENT' },
    // Left to itself vitest takes one core less than there are: on two cores that is one file after the other.
    maxWorkers: 2,
    testTimeout: hangMs,
    hookTimeout: hangMs,
    expect: { poll: { timeout: hangMs } },
    projects: [
      // Files that may share a process, and with it what they import.
      { extends: true, test: { name: 'unit', include: unit, exclude: templates, isolate: false } },
      { extends: true, test: { name: 'templates', include: templates, isolate: false } },
      // Files whose handlers read the process's environment: a process each.
      {
        extends: true,
        test: { name: 'stack', include: ['test/**/*.test.ts'], exclude: [...unit, ...templates] },
      },
    ],
  },
});
