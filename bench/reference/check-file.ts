import { z } from 'zod';
import { agreement } from './agreement.ts';
import { isRelative, matches } from './compare.ts';
import { distributions } from './distributions.ts';
import type { Families, Fields } from './family.ts';
import { judgeRates } from './judge-rates.ts';
import { proportions } from './proportions.ts';
import { type ReferenceCase, readCases } from './reference-file.ts';
import { reportedRates } from './reported-rates.ts';
import { thresholds } from './thresholds.ts';

const families: Families = {
  ...distributions,
  ...proportions,
  ...agreement,
  ...judgeRates,
  ...reportedRates,
  ...thresholds,
};

/** Where the lines go. */
export interface Output {
  log(line: string): void;
  error(line: string): void;
}

/** Checks the one reference file that the arguments name. @returns the exit code: 0 where every case passes, else 1 */
export function checkReference(args: readonly string[], output: Output): 0 | 1 {
  const [path] = args;
  if (path === undefined || args.length > 1) {
    output.error(`wanted one reference file, got ${args.length} arguments. Run: npm run reference FILE`);
    return 1;
  }
  let cases: ReferenceCase[];
  try {
    cases = readCases(path);
  } catch (error) {
    output.error(error instanceof Error ? error.message : String(error));
    return 1;
  }
  const summary = new Map<string, { passed: number; total: number }>();
  for (const reference of cases) {
    const failures = failuresOf(reference);
    for (const failure of failures) output.log(`FAIL ${failure}`);
    const line = summary.get(reference.family) ?? { passed: 0, total: 0 };
    line.total += 1;
    if (failures.length === 0) line.passed += 1;
    summary.set(reference.family, line);
  }
  const passed = [...summary.values()].reduce((count, line) => count + line.passed, 0);
  for (const [name, line] of summary) output.log(`${name.padEnd(26)} ${line.passed} of ${line.total}`);
  output.log(`${'all'.padEnd(26)} ${passed} of ${cases.length}`);
  return passed === cases.length ? 0 : 1;
}

/** The failures of a case, a line each; none where it passes. */
function failuresOf(reference: ReferenceCase): string[] {
  const compute = families[reference.family];
  if (compute === undefined) {
    return [
      `${reference.id}: unknown family "${reference.family}"; known are ${Object.keys(families).join(', ')}: correct the name or add the family to bench/reference.ts`,
    ];
  }
  let got: Fields;
  try {
    got = compute(reference.input);
  } catch (error) {
    const reason = error instanceof z.ZodError ? z.prettifyError(error) : String(error);
    return [`${reference.id}: its input cannot be computed: ${reason}`];
  }
  return Object.entries(reference.expected).flatMap(([field, expected]) => {
    const wanted = field === 'error' ? Boolean(expected) : expected;
    if (matches(wanted, got[field], reference.tol, isRelative(field, reference))) return [];
    const kind = isRelative(field, reference) ? 'relative' : 'absolute';
    return [
      `${reference.id} ${field}: expected ${JSON.stringify(wanted)}, got ${JSON.stringify(got[field]) ?? 'no such field'} (${kind} tolerance ${reference.tol})`,
    ];
  });
}
