import { minute } from '#core/time.ts';
import type { AlarmTransition, LocalStack } from '../stack/local-stack.ts';

/** Milliseconds of the wall's clock between ticks: what people upload shows well within a minute. */
const usualPace = 30_000;

export interface LiveRun {
  /** Ends it; a tick that is under way is finished first. */
  stop(): Promise<void>;
}

/**
 * Lets a stack live on when its history is over: its clock goes on from there with the wall's, what waits in its queues is
 * handled, and the evaluator ticks. So ratings that come in, and messages that are put back, are evaluated.
 *
 * @param pace milliseconds between ticks
 */
export function liveOn(
  stack: LocalStack,
  {
    pace = usualPace,
    onChange,
    onError,
  }: {
    readonly pace?: number;
    /** Told of alarms that change. */
    readonly onChange?: (transitions: readonly AlarmTransition[]) => void;
    readonly onError: (error: unknown) => void;
  },
): LiveRun {
  const simulated = stack.clock.now();
  const wall = Date.now();
  let running: Promise<void> = Promise.resolve();
  let isBusy = false;
  const timer = setInterval(() => {
    if (isBusy) return;
    isBusy = true;
    running = tickAt(stack, simulated + (Date.now() - wall))
      .then((changed) => onChange?.(changed), onError)
      .finally(() => {
        isBusy = false;
      });
  }, pace);
  timer.unref();
  return {
    async stop() {
      clearInterval(timer);
      await running;
    },
  };
}

/** Handles what waits, and evaluates. @returns alarms that changed */
export async function tickAt(stack: LocalStack, at: number): Promise<readonly AlarmTransition[]> {
  stack.clock.set(at);
  await stack.drain();
  await stack.tick(at);
  return stack.evaluateAlarms(at);
}

/** What a command changed in a run that nobody serves shows at once, as at the next tick: a minute after the last. @returns when that was */
export async function tickOnce(stack: LocalStack, last: number | undefined): Promise<number> {
  const at = (last ?? stack.clock.now()) + minute;
  await tickAt(stack, at);
  return at;
}
