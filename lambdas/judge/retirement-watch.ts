import { describeError } from '#adapters/describe-error.ts';
import type { JudgeLives } from '#adapters/dynamodb/judge-history.ts';
import type { Judge } from '#core/judges/judge.ts';
import { dayKey } from '#core/time.ts';

export interface RetirementWatchOptions {
  readonly judges: readonly Judge[];
  readonly lives: JudgeLives;
  /** The day on which a judge's provider shuts it down, or `none`. @throws Error where it could not be asked */
  readonly readShutdown: (judge: Judge) => Promise<string>;
  readonly warn: (message: string, details: Readonly<Record<string, unknown>>) => void;
}

/** Asks each provider once a day whether the model of a judge is to be shut down: OpenAI tells, others do not. */
export class RetirementWatch {
  readonly #options: RetirementWatchOptions;
  #lookedOn = '';

  constructor(options: RetirementWatchOptions) {
    this.#options = options;
  }

  /** Best effort: what could not be asked today is asked tomorrow. */
  async look(now: number): Promise<void> {
    const today = dayKey(now);
    if (this.#lookedOn === today) return;
    this.#lookedOn = today;
    const { judges, lives, readShutdown, warn } = this.#options;
    // What stands at another address, a gateway perhaps, knows nothing of it, and may not even know the question.
    const telling = judges.filter(({ provider, url }) => provider === 'openai' && url === undefined);
    await Promise.all(
      telling.map(async (judge) => {
        try {
          if (await lives.claimDay(judge.name, now)) await lives.note(judge.name, await readShutdown(judge));
        } catch (error) {
          warn('whether a judge is to be shut down could not be asked', {
            judge: judge.name,
            error: describeError(error),
          });
        }
      }),
    );
  }
}
