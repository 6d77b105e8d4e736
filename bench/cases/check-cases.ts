import type { z } from 'zod';
import { answer } from './answer.ts';
import { type CaseLine, faultOf, readCaseFile } from './case-file.ts';
import type { CaseKind, Outcome, Result } from './case-kind.ts';
import { completion } from './completion.ts';
import { file } from './file.ts';
import { ratings } from './ratings.ts';
import { record } from './record.ts';
import { redaction } from './redaction.ts';

type AnyKind = CaseKind<z.ZodType>;

const kinds = { answer, completion, record, ratings, file, redaction } as Readonly<Record<string, AnyKind>>;

/** Where the lines go. */
export interface Output {
  log(line: string): void;
  error(line: string): void;
}

/**
 * Tries the cases of the files, in the files' order, and prints a line for each that does not end as wanted and one a
 * kind.
 *
 * @returns the exit code: 0 where every kind ends as it should, 1 where one does not or there is nothing to try
 */
export async function checkCases(paths: readonly string[], output: Output): Promise<0 | 1> {
  if (paths.length === 0) {
    output.error('wanted files of cases, got none. Run: npm run cases FILE…');
    return 1;
  }
  let lines: ReturnType<typeof readCaseFile>;
  try {
    lines = paths.flatMap(readCaseFile);
  } catch (error) {
    output.error(error instanceof Error ? error.message : String(error));
    return 1;
  }
  let passes = true;
  const cases: CaseLine[] = [];
  for (const line of lines) {
    if (!('fault' in line)) cases.push(line);
    else {
      output.log(`BAD  ${line.at}: ${line.fault}`);
      passes = false;
    }
  }
  const byKind = Map.groupBy(cases, ({ kind }) => kind);
  for (const [name, ofKind] of byKind) if (!(await checkKind(name, ofKind, output))) passes = false;
  return passes ? 0 : 1;
}

async function checkKind(name: string, cases: readonly CaseLine[], output: Output): Promise<boolean> {
  const kind = Object.hasOwn(kinds, name) ? kinds[name] : undefined;
  if (kind === undefined) {
    const known = Object.keys(kinds).join(', ');
    for (const { at, name: of } of cases)
      output.log(`FAIL ${of} (${at}): unknown kind "${name}"; known are ${known}. Mend that line.`);
    output.log(`${name.padEnd(12)} 0 of ${cases.length}`);
    return false;
  }
  // Where a share is wanted, one that does not end as wanted is no failure by itself.
  const miss = kind.summarise === undefined ? 'FAIL' : 'MISS';
  const results: Result<unknown>[] = [];
  let unread = 0;
  try {
    for (const one of cases) {
      const parsed = kind.schema.safeParse(one.fields);
      if (!parsed.success) {
        unread += 1;
        output.log(`BAD  ${one.name} (${one.at}): ${faultOf(parsed.error)}`);
        continue;
      }
      const outcome = await tryCase(kind, parsed.data);
      results.push({ tried: parsed.data, outcome });
      if (!outcome.right) output.log(`${miss} ${one.name} (${one.at}): ${describe(one, outcome)}`);
    }
  } finally {
    await kind.close?.();
  }
  const right = results.filter(({ outcome }) => outcome.right).length;
  output.log(`${name.padEnd(12)} ${right} of ${cases.length}`);
  const summary = kind.summarise?.(results);
  for (const line of summary?.lines ?? []) output.log(`  ${line}`);
  return unread === 0 && (summary?.passes ?? right === cases.length);
}

async function tryCase(kind: AnyKind, tried: unknown): Promise<Outcome> {
  try {
    return await kind.run(tried);
  } catch (error) {
    return { right: false, came: error instanceof Error ? `${error.name}: ${error.message}` : String(error) };
  }
}

function describe({ fields }: CaseLine, { came }: Outcome): string {
  return `wanted ${JSON.stringify(fields.want)}, came ${JSON.stringify(came) ?? String(came)}`;
}
