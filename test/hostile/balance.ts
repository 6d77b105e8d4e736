import { bucketWidth, floorTo, freezeAfter, hour, minute } from '#core/time.ts';
import { checkCounters } from './counter-balance.ts';
import { Findings, type SentMessage } from './findings.ts';
import type { TickOutcome } from './handlers.ts';
import { endOf, fateOf, scoreOf } from './judge-fates.ts';
import type { Kill } from './kill-points.ts';
import type { Observed, PaidCall } from './observer.ts';
import { surfaceOfNames } from './outsized.ts';
import type { StoredJudgement, StoredState } from './stored-state.ts';
import { surfaces } from './traffic.ts';

/** What came of everything, id by id. It holds where there are no violations. */
export interface Balance {
  readonly figures: Readonly<Record<string, number>>;
  /** Each names what was wanted and what came. */
  readonly violations: readonly string[];
}

/**
 * Checks what is stored against what was sent: every sampled id in exactly one end state, every malformed message
 * rejected, every count there, and everything that happened more than once explained by what the servers saw.
 *
 * @param lastTick of the evaluator, epoch milliseconds: which hours it had closed
 * @param tickLog what became of its ticks, in their order
 */
export function checkBalance(
  sent: readonly SentMessage[],
  observed: Observed,
  stored: StoredState,
  lastTick: number,
  tickLog: readonly TickOutcome[],
): Balance {
  const found = new Findings();
  checkJudgements(found, sent, stored);
  checkRejections(found, sent, observed, stored);
  checkCounters(found, sent, observed, stored);
  checkCalls(found, observed, stored);
  checkSpending(found, observed, stored);
  checkRollups(found, stored, lastTick);
  checkEvaluations(found, observed, tickLog);
  for (const [queue, count] of Object.entries(stored.left))
    found.check(count === 0, () => `${queue} holds ${count} messages; wanted none`);
  found.check(stored.heartbeat === 1, () => 'the last tick has published no heartbeat');
  return found;
}

const endStates = ['judged', 'unjudgeable', 'shed', 'dlq'];

function checkJudgements(found: Findings, sent: readonly SentMessage[], stored: StoredState): void {
  const wanted = new Set(
    sent.flatMap(({ expectation }) => (expectation.kind === 'counted' ? (expectation.judgement ?? []) : [])),
  );
  const byName = Map.groupBy(stored.judgements, ({ name }) => name);
  const buried = Map.groupBy(stored.buried, ({ responseId }) => responseId);
  found.figure('sampled judgements', wanted.size);
  for (const state of endStates)
    found.figure(state, stored.judgements.filter((judgement) => judgement.state === state).length);
  for (const name of wanted) {
    const items = byName.get(name) ?? [];
    found.check(items.length === 1, () => `${name}: wanted one judgement, got ${items.length}`);
    const [item] = items;
    if (item === undefined) continue;
    const fate = fateOf(item.responseId);
    const end = item.surface === 'costly' ? 'shed' : endOf(fate);
    found.check(item.state === end, () => `${name}: wanted ${end} (${fate}), got ${describe(item)}`);
    const isBuried = buried.has(item.responseId);
    found.check(
      isBuried === (item.state === 'dlq'),
      () => `${name} is ${describe(item)} and ${isBuried ? 'lies' : 'does not lie'} in the DLQ`,
    );
    const scored = item.score !== undefined;
    found.check(
      scored === (item.state === 'judged'),
      () => `${name} is ${item.state} with score ${item.score}`,
    );
    if (scored)
      found.check(item.score === scoreOf(item.responseId), () => `${name} has another score than was given`);
  }
  for (const name of byName.keys()) found.check(wanted.has(name), () => `${name} was never sampled`);
  for (const { responseId, reason } of stored.buried)
    found.check(reason !== '', () => `${responseId} lies in the DLQ without a reason`);
}

function describe({ state, reason }: StoredJudgement): string {
  return reason === undefined ? state : `${state} ("${reason}")`;
}

function checkRejections(
  found: Findings,
  sent: readonly SentMessage[],
  observed: Observed,
  stored: StoredState,
): void {
  const copies = Map.groupBy(stored.rejected, ({ messageId }) => messageId);
  let malformed = 0;
  let again = 0;
  for (const { messageId, expectation } of sent) {
    const rejected = copies.get(messageId) ?? [];
    if (expectation.kind === 'counted') {
      found.check(rejected.length === 0, () => `a good message was rejected: ${rejected[0]?.reason}`);
      continue;
    }
    malformed += 1;
    again += Math.max(0, rejected.length - 1);
    const redelivered = observed.redeliveries[messageId] ?? 0;
    const twice = observed.rejectedTwice[messageId] ?? 0;
    found.check(
      rejected.length >= 1 && rejected.length <= 1 + redelivered + twice,
      () => `a message was rejected ${rejected.length} times and redelivered ${redelivered} times`,
    );
    const other = rejected.find(({ kind }) => kind !== expectation.reason);
    found.check(
      other === undefined,
      () => `wanted a rejection as ${expectation.reason}, got ${other?.kind}: ${other?.reason}`,
    );
    found.check(
      rejected.every(({ reason }) => reason !== ''),
      () => `a message was rejected as ${expectation.reason} without a reason`,
    );
  }
  found.figure('malformed messages', malformed);
  found.figure('rejected copies', stored.rejected.length);
  found.figure('rejected again on a redelivery', again);
}

/** Calls that brought a verdict: one a judgement, and one more for each that a death or a refusing table explains. */
function checkCalls(found: Findings, observed: Observed, stored: StoredState): void {
  const byResponse = Map.groupBy(observed.paid, ({ responseId }) => responseId);
  const again = { 'a kill': 0, 'a refusing table': 0, 'an answer that came too late': 0 };
  for (const [responseId, calls] of byResponse) {
    for (const [index, next] of calls.slice(1).entries()) {
      const call = calls[index];
      if (call === undefined) continue;
      const cause = causeOf(call, next, observed);
      if (cause !== undefined) again[cause] += 1;
      found.check(
        cause !== undefined,
        () =>
          `${responseId} was paid for again ${next.askedAt - call.answeredAt} ms after its verdict, and nothing explains it`,
      );
    }
    const last = calls.at(-1);
    found.check(
      last === undefined || last.askedAt <= (observed.stored[responseId] ?? 0),
      () => `${responseId} was paid for after its verdict was stored`,
    );
  }
  for (const { responseId, state } of stored.judgements)
    if (state === 'judged')
      found.check(byResponse.has(responseId), () => `${responseId} is judged and nobody was asked`);
  found.figure('calls of the judge', observed.asked);
  found.figure('verdicts paid for', observed.paid.length);
  for (const [cause, count] of Object.entries(again)) found.figure(`paid for again after ${cause}`, count);
}

/** What came between a call that brought a verdict and the next call about the same response. */
function causeOf(call: PaidCall, next: PaidCall, { kills, refusedVerdicts, returnedLeases }: Observed) {
  const within = (at: number) => call.askedAt <= at && at <= next.askedAt;
  // Its batch's other calls, already on their way, reach the judge after the process is dead.
  const fromTheDead = ({ at, replacedAt = Number.POSITIVE_INFINITY }: Kill) =>
    at <= call.askedAt && call.askedAt <= replacedAt;
  if (kills.some((kill) => within(kill.at) || fromTheDead(kill))) return 'a kill';
  if ((refusedVerdicts[call.responseId] ?? []).some(within)) return 'a refusing table';
  if ((returnedLeases[call.responseId] ?? []).some(within)) return 'an answer that came too late';
  return undefined;
}

/** Money is noted before it can be spent, so that no death and no lie of a provider makes it less. */
function checkSpending(found: Findings, { trueUsd }: Observed, { spentUsd }: StoredState): void {
  found.check(
    spentUsd >= trueUsd - 1e-6,
    () => `the calls cost $${trueUsd.toFixed(6)} at least, and $${spentUsd.toFixed(6)} is noted as spent`,
  );
  found.figure('millionths of a dollar spent, at least', Math.round(trueUsd * 1e6));
  found.figure('millionths of a dollar noted as spent', Math.round(spentUsd * 1e6));
}

/** So many ticks in a row may leave out a surface. */
const mostTicksWithout = 2;

/** The surfaces whose traffic is as it should be are evaluated at every tick but those of moments that befall them all. */
function checkEvaluations(found: Findings, { evaluated }: Observed, tickLog: readonly TickOutcome[]): void {
  let most = 0;
  for (const surface of Object.keys(surfaces)) {
    if (surface === surfaceOfNames) continue;
    const stored = new Set(evaluated[surface]);
    let without = 0;
    for (const { tick, outcome } of tickLog) {
      if (stored.has(tick)) without = 0;
      else if (outcome !== 'killed') without += 1;
      most = Math.max(most, without);
    }
    found.check(stored.size > 0, () => `${surface} was never evaluated`);
  }
  found.check(
    most <= mostTicksWithout,
    () => `a surface was not evaluated at ${most} ticks in a row; wanted ${mostTicksWithout} at most`,
  );
  found.figure('ticks in a row that left out a surface, at most', most);
}

/** Columns of the roll-ups that are compared, and the verdicts that they count. */
const rolledUp: Readonly<Record<string, (judgement: StoredJudgement) => boolean>> = {
  judged: ({ state }) => state === 'judged',
  pass: ({ state, score = 0 }) => state === 'judged' && score >= 4,
  unjudgeable: ({ state }) => state === 'unjudgeable',
  shed: ({ state }) => state === 'shed',
  dlq: ({ state }) => state === 'dlq',
};

/** Roll-ups of all hours that are closed and not frozen are what one gets by adding up what is stored. */
function checkRollups(found: Findings, stored: StoredState, lastTick: number): void {
  const isRolledUp = (at: number) =>
    floorTo(at, hour) + hour <= lastTick && floorTo(at, hour) + hour + freezeAfter > lastTick + 10 * minute;
  const wanted = new Map<string, number>();
  const add = (surface: string, column: string, bucket: number, by: number) => {
    const name = `${surface} ${column} ${bucket}`;
    wanted.set(name, (wanted.get(name) ?? 0) + by);
  };
  for (const judgement of stored.judgements)
    for (const [column, counts] of Object.entries(rolledUp))
      if (counts(judgement))
        add(judgement.surface, `v:${judgement.rubric}|${column}`, floorTo(judgement.at, bucketWidth), 1);
  for (const [slot, counters] of stored.counters) {
    const [surface = '', bucket = ''] = slot.split(' ');
    for (const column of ['n', 'sampled', 'feedback', 'negative'])
      add(surface, column, Date.parse(bucket), counters[column] ?? 0);
  }
  let compared = 0;
  for (const [name, value] of wanted) {
    const [surface = '', column = '', bucket = ''] = name.split(' ');
    if (!isRolledUp(Number(bucket))) continue;
    compared += 1;
    const rolled = stored.rollups[surface]?.get(column)?.get(Number(bucket)) ?? 0;
    found.check(rolled === value, () => `roll-up of ${name}: wanted ${value}, got ${rolled}`);
  }
  for (const [surface, columns] of Object.entries(stored.rollups))
    for (const [column, buckets] of columns)
      if (column.endsWith('|judged') || column === 'n')
        for (const [bucket, value] of buckets)
          found.check(
            !isRolledUp(bucket) || wanted.get(`${surface} ${column} ${bucket}`) === value,
            () => `roll-up of ${surface} ${column} ${bucket} holds ${value}, and nothing of it is stored`,
          );
  found.figure('roll-up values recomputed', compared);
}
