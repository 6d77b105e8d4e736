import type { JsonOptions } from '../terminal/options.ts';
import { print, printAside } from '../terminal/print.ts';
import { askGate, type GateAnswer, type GateQuestion } from './gate-answer.ts';
import { formatAnswer } from './gate-text.ts';

export interface GateOptions extends GateQuestion, JsonOptions {}

/** What a pipeline goes by. */
const exitCodes: Readonly<Record<GateAnswer['verdict'], number>> = { open: 0, shut: 1, unknown: 2 };

/** Prints whether a deployment may go on; sets the exit code. */
export async function checkGate(options: GateOptions): Promise<void> {
  const answer = await askGate(options);
  process.exitCode = exitCodes[answer.verdict];
  if (options.json === true) return print(JSON.stringify(answer, null, 2));
  const { output, errors } = formatAnswer(answer);
  for (const line of output) print(line);
  for (const line of errors) printAside(line);
}
