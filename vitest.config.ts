import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

/** Pure code: no servers, no processes, no files. Seconds for all of it: `npm run test:unit`, `npm run test:watch`. */
const unit = [
  'test/core/**/*.test.ts',
  'test/cli/{target/stack-names,terminal/*}.test.ts',
  'test/lambdas/!(ratings).test.ts',
  'test/local/{cloudwatch/{alarm-rule,metric-expression,threshold},page/compose-panels,replay/*}.test.ts',
];

/** Templates that are synthesized and read: CDK takes seconds to load. */
const templates = ['test/cdk/**/*.test.ts', 'test/core/cost/published-metrics.test.ts'];

/** Servers, files and documents that leave the process's environment alone. */
const parts = [
  'test/{adapters/{files,openai},bench}/*.test.ts',
  'test/docs/!(commands).test.ts',
  'test/local/{aws,cloudwatch,judges}/*.test.ts',
  'test/*.test.ts',
];

// Every worker, and every process that a test starts, would compile the same libraries anew.
process.env.NODE_COMPILE_CACHE ??= join(tmpdir(), 'assay-test-compile-cache');

/** Time-outs only bound hangs: tests wait for what they want to see, and a busy machine may take its time. */
const hangMs = 600_000;

/** Files that share a process, and with it what they import. */
const shared = (name: string, include: string[], exclude: string[] = []) => ({
  extends: true as const,
  test: { name, include, exclude, isolate: false },
});

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
      shared('unit', unit, templates),
      shared('templates', templates),
      shared('parts', parts, unit),
      // A process for each file: handlers read its environment once.
      {
        extends: true,
        test: {
          name: 'stack',
          include: ['test/**/*.test.ts'],
          exclude: [...unit, ...templates, ...parts],
        },
      },
    ],
  },
});
