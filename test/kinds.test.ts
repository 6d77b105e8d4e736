import { execFile } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';

/**
 * Kinds are exhaustive: one more of them does not compile until every place that must know of it does. Each is planted
 * into a copy of the sources, and the compiler is asked.
 */

const root = join(import.meta.dirname, '..');

interface Planted {
  readonly kind: string;
  readonly file: string;
  readonly after: string;
  readonly plant: string;
  /** Files that the compiler must name. */
  readonly names: readonly string[];
}

const planted: readonly Planted[] = [
  {
    kind: 'a kind of SLI',
    file: 'src/core/slo/definition/sli.ts',
    after: "export const sliSchema = z.discriminatedUnion('kind', [",
    plant: "z.strictObject({ kind: z.literal('planted') }),",
    names: [
      'src/core/slo/definition/sli-kinds.ts',
      'src/core/series/measure-slo.ts',
      'src/core/triage/sli-series.ts',
    ],
  },
  {
    kind: 'a place that an SLI counts',
    file: 'src/core/slo/definition/sli-kinds.ts',
    after: 'export type SliCounts =',
    plant: "'planted' |",
    names: ['lambdas/slo-evaluator/evaluate-surface.ts'],
  },
  {
    kind: 'a field',
    file: 'src/core/slo/definition/field.ts',
    after: 'export const fields = [',
    plant: "'planted',",
    names: ['src/core/slo/definition/field.ts'],
  },
  {
    kind: 'a record',
    file: 'src/core/record/parse-record.ts',
    after: 'export type ParsedRecord =',
    plant: "| { readonly kind: 'planted'; readonly at: number; readonly record: ResponseRecord }",
    names: ['lambdas/sampler/batch-plan.ts', 'src/cli/objectives/backtest-files.ts'],
  },
  {
    kind: "a judge's error",
    file: 'src/core/judging/judge-error.ts',
    after: 'export type JudgeError =',
    plant: "| { readonly kind: 'planted'; readonly reason: string }",
    names: ['lambdas/judge/settle-error.ts', 'src/cli/judge/ask-once.ts'],
  },
  {
    kind: 'a severity',
    file: 'src/core/names.ts',
    after: 'export const severities = [',
    plant: "'planted',",
    names: ['src/core/names.ts', 'src/cli/objectives/explain-text.ts'],
  },
  {
    kind: 'an end state',
    file: 'src/core/judging/judgement.ts',
    after: 'export const endStates = [',
    plant: "'planted',",
    names: [
      'src/core/judging/judgement.ts',
      'src/core/series/verdict-sums.ts',
      'src/adapters/dynamodb/anchor-store.ts',
      'lambdas/judge/judge-metrics.ts',
      'src/local/report/run-report.ts',
    ],
  },
];

let errors: ReadonlySet<string>;

beforeAll(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'assay-kinds-'));
  try {
    const parts = ['src', 'lambdas', 'cdk', 'package.json', 'tsconfig.json'];
    await Promise.all(parts.map((part) => cp(join(root, part), join(folder, part), { recursive: true })));
    await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
    // All in one copy, for each run of the compiler costs seconds.
    for (const { file, after, plant } of planted) {
      const path = join(folder, file);
      const text = await readFile(path, 'utf8');
      expect(text.split(after), file).toHaveLength(2);
      await writeFile(path, text.replace(after, `${after} ${plant}`));
    }
    errors = await findErrors(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

/** Files that do not compile. */
async function findErrors(folder: string): Promise<ReadonlySet<string>> {
  const compiler = join(root, 'node_modules', '.bin', 'tsc');
  const text = await promisify(execFile)(compiler, ['--pretty', 'false'], {
    cwd: folder,
    maxBuffer: 2 ** 26,
  }).then(
    ({ stdout }) => stdout,
    (error: { stdout: string }) => error.stdout,
  );
  return new Set([...text.matchAll(/^([^\s(]+)\(\d+,\d+\): error/gm)].map(([, file = '']) => file));
}

describe('kinds are exhaustive', () => {
  for (const { kind, names } of planted)
    it(`${kind} more is an error wherever it must be known`, () => {
      expect([...errors]).toEqual(expect.arrayContaining([...names]));
    });

  it('what need not know of a new kind compiles', () => {
    expect(errors.size).toBeLessThan(40);
  });
});
