import type { ServerResponse } from 'node:http';

/**
 * Server-sent events: whoever listens gets the state at once and then each time it has changed. Nothing is read while
 * nobody listens.
 */
export class LiveUpdates {
  readonly #read: () => Promise<unknown>;
  readonly #everyMs: number;
  readonly #listeners = new Map<ServerResponse, string>();
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(read: () => Promise<unknown>, everyMs: number) {
    this.#read = read;
    this.#everyMs = everyMs;
  }

  /** Takes over a response. */
  add(response: ServerResponse): void {
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    response.write('retry: 1000\n\n');
    this.#listeners.set(response, '');
    response.on('close', () => this.#listeners.delete(response));
    clearTimeout(this.#timer);
    void this.#broadcast();
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    for (const response of this.#listeners.keys()) response.end();
    this.#listeners.clear();
  }

  async #broadcast(): Promise<void> {
    const message = await this.#read().then(
      (state) => `event: state\ndata: ${JSON.stringify(state)}\n\n`,
      (error: unknown) => `event: trouble\ndata: ${JSON.stringify({ message: messageOf(error) })}\n\n`,
    );
    for (const [response, last] of this.#listeners) {
      if (message === last) continue;
      response.write(message);
      this.#listeners.set(response, message);
    }
    clearTimeout(this.#timer);
    if (this.#closed || this.#listeners.size === 0) return;
    this.#timer = setTimeout(() => void this.#broadcast(), this.#everyMs);
    this.#timer.unref();
  }
}

/** An error in words; the SDK's connection errors carry theirs in a list. */
export function messageOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(messageOf).join('; ');
  return error instanceof Error ? error.message : String(error);
}
