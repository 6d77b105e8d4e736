import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

/** Pure code: no servers, no processes, no templates. Seconds for all of it: `npm run test:unit`, `npm run test:watch`. */
const unit = [
  // The metrics that are paid for are counted in a synthesized template; HANNA lies in files; mutations and simulations
  // take long.
  'test/core/**/!(published-metrics|hanna|fuzzed-*|linear-work|reported-rate|confirmation-progress|score-shift|*-mutations).test.ts',
  'test/cli/{target/stack-names,terminal/*}.test.ts',
  'test/lambdas/!(ratings|uploads|largest-*).test.ts',
  'test/local/{cloudwatch/{alarm-rule,metric-expression,threshold},page/compose-panels,replay/*}.test.ts',
];

// Every worker, and every process that a test starts, would compile the same libraries anew.
process.env.NODE_COMPILE_CACHE ??= join(tmpdir(), 'assay-test-compile-cache');

/** Time-outs only bound hangs: tests wait for what they want to see, and a busy machine may take its time. */
const hangMs = 600_000;

export default defineConfig({
  test: {
    // Handlers log as they do in Lambda; a test's output is its own. Words are looked for as they are, not as lines fold them.
    env: { POWERTOOLS_LOG_LEVEL: 'SILENT', COLUMNS: '1000' },
    // Two more than there are cores: a good part of their time tests wait.
    maxWorkers: availableParallelism() + 2,
    // A few processes run all files: they load the SDK, CDK and the servers once, and what runs often is soon compiled.
    isolate: false,
    testTimeout: hangMs,
    hookTimeout: hangMs,
    expect: { poll: { timeout: hangMs } },
    projects: [
      { extends: true, test: { name: 'unit', include: unit } },
      {
        extends: true,
        test: {
          name: 'stack',
          include: ['test/**/*.test.ts'],
          exclude: unit,
          setupFiles: ['test/support/leave-no-trace.ts'],
        },
      },
    ],
  },
});
