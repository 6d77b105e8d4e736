import { type Aim, aimCommands } from './aim-commands.ts';
import { fitLines } from './fit-lines.ts';
import { hideWaiting } from './progress.ts';
import { terminalWidth } from './width.ts';

let aim: Aim = { flags: '', paths: new Set() };

/** From now on all commands that are told go there. */
export function aimToldCommands(there: Aim): void {
  aim = there;
}

/** Prints lines for people on stdout, none wider than the terminal. JSON is data, and stays as it is. */
export function print(text: string): void {
  hideWaiting();
  console.log(isData(text) ? text : fitLines(aimCommands(text, aim)));
}

/** The same on stderr, for what is said beside the output. */
export function printAside(text: string): void {
  hideWaiting();
  console.error(fitLines(aimCommands(text, aim), terminalWidth(process.env, process.stderr)));
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
