import type { JudgeAnswer, JudgeCall } from '#core/judging/judge-answer.ts';

/** Under this a call is not worth starting. Milliseconds. */
const shortestMs = 200;

/** Calls of one judge under way, and those that wait for one to end. */
interface Turn {
  running: number;
  readonly waiting: (() => void)[];
}

/**
 * Lets no more calls of a judge be under way at once than its `concurrency` says. Waiting is of a call's own time: where that
 * is over nobody was asked, and the moment is to blame.
 */
export function inTurn(
  ask: (call: JudgeCall) => Promise<JudgeAnswer>,
  now: () => number = Date.now,
): (call: JudgeCall) => Promise<JudgeAnswer> {
  const turns = new Map<string, Turn>();
  return async (call) => {
    const { name, concurrency } = call.judge;
    if (concurrency === undefined) return ask(call);
    let turn = turns.get(name);
    if (turn === undefined) {
      turn = { running: 0, waiting: [] };
      turns.set(name, turn);
    }
    const came = now();
    // Who ends hands its place on, so that none who comes later takes it.
    const { waiting } = turn;
    if (turn.running < concurrency) turn.running += 1;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      const timeoutMs = call.timeoutMs - (now() - came);
      if (timeoutMs < shortestMs) return { kind: 'error', error: noTurn(concurrency) };
      return await ask({ ...call, timeoutMs });
    } finally {
      const next = waiting.shift();
      if (next === undefined) turn.running -= 1;
      else next();
    }
  };
}

function noTurn(concurrency: number) {
  const reason = `no answer: ${concurrency} calls of this judge were under way all the time (its "concurrency" in rubrics/judges.yaml)`;
  return { kind: 'retryable', reason } as const;
}
