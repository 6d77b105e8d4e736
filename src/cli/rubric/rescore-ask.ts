import { inParallel } from '#adapters/in-parallel.ts';
import { type RescoreRoom, rescoreRoom } from '#core/cost/rescore-room.ts';
import type { Rubric } from '#core/rubric/rubric.ts';
import { dayKey, hourKey } from '#core/time.ts';
import type { RatingTarget } from '../target/rating-target.ts';
import { ProgressLine } from '../terminal/progress.ts';
import { longestPause, sendTasks } from './compare-asking.ts';
import { makeRescoreTasks, type OpenResponse, type RescorePlan, type RescoreRange } from './rescore-plan.ts';

/** Messages in the judge queue at once: what comes in meanwhile waits behind so few. */
const mostAtOnce = 200;

/** DynamoDB queries under way at once. */
const width = 16;

/** How often it is looked what became of them, milliseconds: soon at first, then less often. */
const firstLook = 250;
const lookEvery = 2_000;

export interface Rescored {
  readonly judged: number;
  readonly unjudgeable: number;
  /** Why it stopped before all had an end: no room for the day, or nothing came any more. */
  readonly stopped: 'share' | 'silence' | undefined;
}

/** What a rescore found and did. */
export interface RescoreOutcome extends RescoreRange {
  readonly rubric: Rubric;
  readonly plan: RescorePlan;
  /** Absent where nobody was asked. */
  readonly made?: Rescored | undefined;
}

/** What may still be spent today, by the clock that the judge's messages go by. */
export async function readRoom({ store, catalogue, session, now }: RatingTarget): Promise<RescoreRoom> {
  // In a run that another process replays messages have the time of its records.
  const isJoined = session !== undefined && session.stack === undefined;
  const today = dayKey(isJoined ? now : Date.now());
  return rescoreRoom(await store.readSpending(), today, catalogue.spendingCapUsdPerDay);
}

/** Has responses judged in the order of their time, so many at once, as far as the day's room goes. */
export async function askRescore(
  target: RatingTarget,
  rubric: Rubric,
  open: readonly OpenResponse[],
): Promise<Rescored> {
  const progress = new ProgressLine('judging', open.length);
  const counts = { judged: 0, unjudgeable: 0 };
  let stopped: Rescored['stopped'];
  for (let at = 0; at < open.length && stopped === undefined; ) {
    const part = takeWithin((await readRoom(target)).roomUsd, open.slice(at, at + mostAtOnce));
    at += part.length;
    if (part.length === 0) {
      stopped = 'share';
      break;
    }
    const tasks = await makeRescoreTasks(target, rubric, part);
    await sendTasks(target, tasks);
    const asked = new Set(tasks.map(({ surface, responseId }) => `${surface}#${responseId}`));
    // Texts may have expired since they were counted.
    const waiting = part.filter(({ surface, judged }) => asked.has(`${surface}#${judged.responseId}`));
    const before = counts.judged + counts.unjudgeable;
    const ends = await waitForEnds(target, rubric, waiting, (done) =>
      progress.show(before + done, `${before + done} of ${open.length}`),
    );
    counts.judged += ends.judged;
    counts.unjudgeable += ends.unjudgeable;
    if (ends.judged + ends.unjudgeable < waiting.length) stopped = 'silence';
  }
  progress.end();
  return { ...counts, stopped };
}

/** The first responses whose calls cost no more than that, whatever they answer. */
function takeWithin(roomUsd: number, responses: readonly OpenResponse[]): readonly OpenResponse[] {
  let leftUsd = roomUsd;
  const end = responses.findIndex(({ mostUsd }) => {
    leftUsd -= mostUsd;
    return leftUsd < 0;
  });
  return end < 0 ? responses : responses.slice(0, end);
}

async function waitForEnds(
  target: RatingTarget,
  rubric: Rubric,
  waiting: readonly OpenResponse[],
  show: (done: number) => void,
): Promise<{ readonly judged: number; readonly unjudgeable: number }> {
  const { session } = target;
  const counts = { judged: 0, unjudgeable: 0 };
  let open = waiting;
  let seenAt = Date.now();
  for (let pause = firstLook; ; pause = Math.min(lookEvery, 2 * pause)) {
    // A local run that nobody else drives.
    if (session?.stack !== undefined) await session.stack.settle(lookEvery);
    const states = await readStates(target, rubric, open);
    const before = open.length;
    for (const state of states.values())
      if (state === 'judged' || state === 'unjudgeable') counts[state] += 1;
    open = open.filter((each) => !hasEnded(states.get(each)));
    if (open.length < before) seenAt = Date.now();
    show(waiting.length - open.length);
    const isIdle = session?.stack !== undefined && session.stack.parked === 0;
    if (open.length === 0 || isIdle || Date.now() - seenAt > longestPause) return counts;
    if (session?.stack === undefined) await new Promise((resolve) => setTimeout(resolve, pause));
  }
}

function hasEnded(state: string | undefined): boolean {
  return state !== undefined && state !== 'leased' && state !== 'waiting';
}

/** First judgements of the version about responses, one Query an hour. */
async function readStates(
  { judgements }: RatingTarget,
  rubric: Rubric,
  responses: readonly OpenResponse[],
): Promise<Map<OpenResponse, string>> {
  const hours = Map.groupBy(responses, ({ surface, judged }) => `${surface}#${hourKey(judged.at)}`);
  const states = new Map<OpenResponse, string>();
  await inParallel([...hours.values()], width, async (own) => {
    const [first] = own;
    if (first === undefined) return;
    const found = await judgements.readHour(first.surface, rubric, hourKey(first.judged.at));
    for (const each of own) {
      const { responseId, at } = each.judged;
      const state = found.find((one) => one.responseId === responseId && one.at === at)?.state;
      if (state !== undefined) states.set(each, state);
    }
  });
  return states;
}
