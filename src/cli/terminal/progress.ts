import { splitAt, terminalWidth } from './width.ts';

type Terminal = Pick<NodeJS.WriteStream, 'isTTY' | 'write'>;

const clear = '\r\u001b[2K';

/** What takes longer says that it goes on. Milliseconds. */
const patience = 2_000;
const pace = 1_000;

/** The line of a command that takes its time and has no progress of its own to show. */
let waiting: { readonly timer: NodeJS.Timeout; readonly terminal: Terminal; isShown: boolean } | undefined;

/**
 * Shows on stderr how long a command has been at work, from the second second on and on a terminal only.
 *
 * @param label what is at work, such as `assay status`
 */
export function showWaiting(label: string, terminal: Terminal = process.stderr): void {
  endWaiting();
  if (terminal.isTTY !== true) return;
  const started = Date.now();
  const timer = setInterval(() => {
    const ms = Date.now() - started;
    if (ms < patience || waiting === undefined) return;
    waiting.isShown = true;
    terminal.write(`${clear}${label}: at work for ${Math.floor(ms / 1_000)} s`);
  }, pace);
  timer.unref();
  waiting = { timer, terminal, isShown: false };
}

/** Takes the line away, for something else is printed; it comes again. */
export function hideWaiting(): void {
  if (waiting?.isShown !== true) return;
  waiting.isShown = false;
  waiting.terminal.write(clear);
}

/** Takes it away for good. */
export function endWaiting(): void {
  hideWaiting();
  clearInterval(waiting?.timer);
  waiting = undefined;
}

/** A progress line on stderr that rewrites itself on a terminal and keeps quiet elsewhere. */
export class ProgressLine {
  readonly #label: string;
  readonly #total: number;
  #last = 0;

  constructor(label: string, total: number) {
    endWaiting();
    this.#label = label;
    this.#total = total;
  }

  show(done: number, detail: string): void {
    if (!process.stderr.isTTY || (Date.now() - this.#last < 80 && done < this.#total)) return;
    this.#last = Date.now();
    const width = 24;
    const filled = this.#total === 0 ? width : Math.round((done / this.#total) * width);
    const line = `${this.#label} [${'#'.repeat(filled)}${'.'.repeat(width - filled)}] ${detail}`;
    // A line that is wider than the terminal could not be rewritten.
    process.stderr.write(`${clear}${splitAt(line, terminalWidth(process.env, process.stderr) - 1)[0]}`);
  }

  end(): void {
    if (process.stderr.isTTY) process.stderr.write(clear);
  }
}
