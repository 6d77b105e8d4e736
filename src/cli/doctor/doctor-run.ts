import { oneLine, wrap } from '../terminal/output.ts';
import type { DoctorOptions } from './doctor.ts';
import type { Check, Report } from './doctor-check.ts';
import { checkFiles, checkModules, checkNode } from './doctor-project.ts';

const width = 100;
const marks: Readonly<Record<Check['state'], string>> = { ok: 'ok', warning: 'warning', fault: 'FAULT' };

/** Makes every check in order and prints each as it is made; sets the exit code. */
export async function runDoctor(options: DoctorOptions): Promise<void> {
  const checks: Check[] = [];
  const report: Report = (check) => {
    checks.push(check);
    if (options.json !== true) console.log(say(check));
  };
  report(checkNode(process.versions.node));
  report(await checkModules());
  const { check, catalogue } = await checkFiles(process.cwd());
  report(check);
  if (options.stack === undefined)
    await (await import('./doctor-local.ts')).checkLocal(options, catalogue, report);
  else await (await import('./doctor-stack.ts')).checkStack(options.stack, options, catalogue, report);
  const count = (state: Check['state']) => checks.filter((each) => each.state === state).length;
  const faults = count('fault');
  if (faults > 0) process.exitCode = 1;
  if (options.json === true) console.log(JSON.stringify({ ok: faults === 0, checks }, null, 2));
  else console.log(`\n${checks.length} checks: ${faults} faults, ${count('warning')} warnings.`);
}

function say({ name, state, found, wanted, action }: Check): string {
  const head = `${marks[state].padEnd(8)}${name.padEnd(14)}`;
  const indent = head.length;
  const part = (text: string) => wrap(oneLine(text, 1_000), { width, indent });
  const lines = [`${head}${part(found)}`];
  if (wanted !== undefined) lines.push(`${' '.repeat(indent)}${part(`Wanted: ${wanted}.`)}`);
  if (action !== undefined) lines.push(`${' '.repeat(indent)}${part(`Do: ${action}.`)}`);
  return lines.join('\n');
}
