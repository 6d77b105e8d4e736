import { judgesInUse } from '#core/judges/find-judge.ts';
import { holdsCatalogue } from '../target/stack-catalogue.ts';
import type { TargetOptions } from '../target/target-options.ts';
import type { JsonOptions } from '../terminal/options.ts';
import { print } from '../terminal/print.ts';
import type { Check, Report } from './doctor-check.ts';
import { checkPrices, type JudgeOption } from './doctor-judge.ts';
import { checkFiles, checkModules, checkNode } from './doctor-project.ts';
import { formatCheck, formatSum } from './doctor-text.ts';

export interface DoctorOptions extends TargetOptions, JudgeOption, JsonOptions {}

/** Makes every check in order and prints each as it is made; sets the exit code. */
export async function runDoctor(options: DoctorOptions): Promise<void> {
  const checks: Check[] = [];
  const report: Report = (check) => {
    checks.push(check);
    if (options.json !== true) print(formatCheck(check));
  };
  report(checkNode(process.versions.node));
  report(await checkModules());
  const root = process.cwd();
  if (options.stack === undefined) {
    const { check, catalogue } = await checkFiles(root);
    report(check);
    if (catalogue !== undefined)
      for (const old of checkPrices(judgesInUse(catalogue), Date.now())) report(old);
    await (await import('./doctor-local.ts')).checkLocal(options.local, options, catalogue, report);
  } else {
    // A stack has its own; files that are here can be out of order all the same.
    if (await holdsCatalogue(root)) report((await checkFiles(root)).check);
    await (await import('./doctor-stack.ts')).checkStack(options.stack, options, report);
  }
  const ok = checks.every(({ state }) => state !== 'fault');
  if (!ok) process.exitCode = 1;
  print(options.json === true ? JSON.stringify({ ok, checks }, null, 2) : formatSum(checks));
}
