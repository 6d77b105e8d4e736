/** A progress line on stderr that rewrites itself on a terminal and keeps quiet elsewhere. */
export class ProgressLine {
  readonly #label: string;
  readonly #total: number;
  #last = 0;

  constructor(label: string, total: number) {
    this.#label = label;
    this.#total = total;
  }

  show(done: number, detail: string): void {
    if (!process.stderr.isTTY || (Date.now() - this.#last < 80 && done < this.#total)) return;
    this.#last = Date.now();
    const width = 24;
    const filled = this.#total === 0 ? width : Math.round((done / this.#total) * width);
    process.stderr.write(
      `\r\u001b[2K${this.#label} [${'#'.repeat(filled)}${'.'.repeat(width - filled)}] ${detail}`,
    );
  }

  end(): void {
    if (process.stderr.isTTY) process.stderr.write('\r\u001b[2K');
  }
}
