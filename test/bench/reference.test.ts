import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkReference } from '../../bench/reference/check-file.ts';

const root = join(import.meta.dirname, '..', '..');
const shared = join(root, '../shared/reference/statistics.json');

function runReference(...args: string[]) {
  let stdout = '';
  let stderr = '';
  const status = checkReference(args, {
    log: (line) => {
      stdout += `${line}\n`;
    },
    error: (line) => {
      stderr += `${line}\n`;
    },
  });
  return { status, stdout, stderr };
}

function fileWith(content: unknown): string {
  const path = join(mkdtempSync(join(tmpdir(), 'reference-')), 'cases.json');
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

const good = {
  id: 'burn-1',
  family: 'burn_rate',
  input: { target: 0.5, error_rate: 0.25 },
  expected: { burn: 0.5, max_burn: 2 },
  tol: 1e-12,
};

describe('npm run reference', () => {
  it('passes a file of right values, a line for each family', () => {
    const { status, stdout } = runReference(fileWith({ cases: [good] }));
    expect(status).toBe(0);
    expect(stdout).toMatch(/burn_rate +1 of 1/);
  });

  it('names the case and the field that fail, with both values', () => {
    const wrong = { ...good, id: 'burn-2', expected: { burn: 0.6, max_burn: 2 } };
    const { status, stdout } = runReference(fileWith({ cases: [good, wrong] }));
    expect(status).toBe(1);
    expect(stdout).toContain('FAIL burn-2 burn: expected 0.6, got 0.5');
    expect(stdout).toMatch(/burn_rate +1 of 2/);
  });

  it('compares p-values relatively, whatever their size', () => {
    const tail = { id: 'tail', family: 'binom_test_less', input: { k: 0, n: 200, p0: 0.92 }, tol: 1e-9 };
    const right = runReference(fileWith({ cases: [{ ...tail, expected: { p: 4.149515568880578e-220 } }] }));
    const wrong = runReference(fileWith({ cases: [{ ...tail, expected: { p: 4.1495156e-220 } }] }));
    expect([right.status, wrong.status]).toEqual([0, 1]);
  });

  it('wants null where a statistic is not computable', () => {
    const constant = {
      id: 'constant',
      family: 'correlation_degenerate',
      input: { x: [4, 4], y: [1, 2] },
      expected: { spearman: null, kendall_b: null },
      tol: 0,
    };
    expect(runReference(fileWith({ cases: [constant] })).status).toBe(0);
  });

  it.each([
    [
      'an unknown family',
      { cases: [{ ...good, family: 'burn_rat' }] },
      'unknown family "burn_rat"; known are',
    ],
    ['a field that it does not compute', { cases: [{ ...good, expected: { bern: 1 } }] }, 'no such field'],
    ['an input of the wrong form', { cases: [{ ...good, input: { target: 'x' } }] }, 'expected number'],
    ['no cases', { cases: [] }, 'wanted {"cases"'],
    ['text that is not JSON', '{"cases": [', 'wanted JSON'],
  ])('fails on %s and says so', (_name, content, message) => {
    const { status, stdout, stderr } = runReference(fileWith(content));
    expect(status).toBe(1);
    expect(stdout + stderr).toContain(message);
  });

  it('fails without a file, or with one that is not there', () => {
    expect(runReference()).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('npm run reference FILE'),
    });
    expect(runReference('/no/such.json')).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('Check the path'),
    });
  });

  it('is what npm runs: lines on stdout, and the exit code', () => {
    const { status, stdout } = spawnSync(
      process.execPath,
      ['bench/reference.ts', fileWith({ cases: [good] })],
      {
        cwd: root,
        encoding: 'utf8',
      },
    );
    expect({ status, stdout }).toEqual({ status: 0, stdout: expect.stringMatching(/burn_rate +1 of 1/) });
  });

  it.skipIf(!existsSync(shared))(
    'passes the shared reference values (skipped where ../shared is not there)',
    () => {
      const { status, stdout } = runReference(shared);
      expect(stdout).not.toContain('FAIL');
      expect(status).toBe(0);
    },
  );
});
