import { fitLines } from './fit-lines.ts';
import { hideWaiting } from './progress.ts';
import { terminalWidth } from './width.ts';

/** Prints lines for people on stdout, none wider than the terminal. JSON is data, and stays as it is. */
export function print(text: string): void {
  hideWaiting();
  console.log(isData(text) ? text : fitLines(text));
}

/** The same on stderr, for what is said beside the output. */
export function printAside(text: string): void {
  hideWaiting();
  console.error(fitLines(text, terminalWidth(process.env, process.stderr)));
}

function isData(text: string): boolean {
  if (!/^\s*[[{]/.test(text)) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
