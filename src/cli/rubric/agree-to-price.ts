import { createInterface } from 'node:readline/promises';
import { printAside } from '../terminal/print.ts';

/**
 * Says what asking a judge means, and asks whether to; where nobody can answer, `--yes` does.
 *
 * @param price how many, and what it costs
 * @param yes whether it was agreed to beforehand
 */
export async function isAgreed(price: string, yes: boolean | undefined): Promise<boolean> {
  printAside(price);
  if (yes === true) return true;
  if (!process.stdin.isTTY) {
    printAside('Nobody was asked. The same command with --yes asks the judge.');
    return false;
  }
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return /^y(?:es)?$/i.test((await lines.question('Ask it? [y/N] ')).trim());
  } finally {
    lines.close();
  }
}
