import { countOf } from '#core/count-of.ts';
import { oneLine, wrap } from '../terminal/text.ts';
import type { Check } from './doctor-check.ts';

const marks: Readonly<Record<Check['state'], string>> = { ok: 'ok', warning: 'warning', fault: 'FAULT' };

export function formatCheck({ name, state, found, wanted, action }: Check): string {
  const head = `${marks[state].padEnd(8)}${name.padEnd(14)}`;
  const indent = head.length;
  const part = (text: string) => wrap(oneLine(text, 1_000), { indent });
  const lines = [`${head}${part(found)}`];
  if (wanted !== undefined) lines.push(`${' '.repeat(indent)}${part(`Wanted: ${wanted}.`)}`);
  if (action !== undefined) lines.push(`${' '.repeat(indent)}${part(`Do: ${action}.`)}`);
  return lines.join('\n');
}

export function formatSum(checks: readonly Check[]): string {
  const count = (state: Check['state']) => checks.filter((each) => each.state === state).length;
  return `\n${countOf(checks.length, 'check')}: ${countOf(count('fault'), 'fault')}, ${countOf(count('warning'), 'warning')}.`;
}
