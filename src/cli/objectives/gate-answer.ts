import { decideGate, type GateReason, type GateVerdict } from '#core/report/gate.ts';
import { formatDuration, formatInstant } from '#core/slo/words/format.ts';
import { oldestEvaluation, openTarget, type Target } from '../target/target.ts';
import type { TargetOptions } from '../target/target-options.ts';
import { CliError } from '../terminal/cli-error.ts';

export interface GateQuestion extends TargetOptions {
  readonly tier: 1 | 2 | 3;
}

/** What the gate says; `--json` prints it. */
export interface GateAnswer {
  readonly verdict: GateVerdict['verdict'];
  readonly tier: number;
  readonly source: string;
  /** When the SLOs were evaluated; null where they never were. */
  readonly evaluatedAt: string | null;
  readonly checked: number;
  /** Of `checked`, those whose budget is not overspent. */
  readonly withinBudget: number;
  readonly reasons: readonly (GateReason | { readonly kind: 'stale'; readonly message: string })[];
  readonly notes: readonly string[];
}

/** What the last evaluation says of a tier. A target that cannot be opened is an answer too. */
export async function askGate(options: GateQuestion): Promise<GateAnswer> {
  const unknown = (message: string, source = options.stack ?? options.local): GateAnswer => ({
    verdict: 'unknown',
    tier: options.tier,
    source,
    evaluatedAt: null,
    checked: 0,
    withinBudget: 0,
    reasons: [],
    notes: [message],
  });
  let target: Target;
  try {
    target = await openTarget(options);
  } catch (error) {
    if (error instanceof CliError) return unknown(error.message);
    throw error;
  }
  try {
    return decide(target, options.tier) ?? unknown(`${target.name} was never evaluated. ${whatToDo(target)}`);
  } finally {
    await target.close();
  }
}

function whatToDo({ session }: Target): string {
  return session === undefined
    ? 'Look at the log of its slo-evaluator function, which should run each minute.'
    : 'Run "npx assay run" or "npm start" to its end first.';
}

function decide(target: Target, tier: GateQuestion['tier']): GateAnswer | undefined {
  const { evaluatedAt, age, standings, name } = target;
  if (evaluatedAt === undefined) return undefined;
  const common = { tier, source: name, evaluatedAt: new Date(evaluatedAt).toISOString() };
  const stale =
    age !== undefined && age > oldestEvaluation
      ? [
          {
            kind: 'stale' as const,
            message: `The SLOs were last evaluated at ${formatInstant(evaluatedAt)}, ${formatDuration(age)} ago; wanted at most ${formatDuration(oldestEvaluation)}. ${whatToDo(target)}`,
          },
        ]
      : [];
  const decided = decideGate(standings, tier);
  if (decided.verdict === 'unknown') {
    const { message, notes } = decided;
    return {
      ...common,
      verdict: 'unknown',
      checked: 0,
      withinBudget: 0,
      reasons: stale,
      notes: [message, ...notes],
    };
  }
  const reasons = [...stale, ...decided.reasons];
  const { notice } = target.session ?? {};
  const open = notice === undefined ? 'open' : 'unknown';
  const verdict = reasons.length > 0 ? 'shut' : open;
  return {
    ...common,
    verdict,
    checked: decided.checked,
    withinBudget: decided.withinBudget,
    reasons,
    notes: [
      ...(verdict === 'unknown' ? ['No alarm stands in it, but the run is not whole: start it anew.'] : []),
      ...target.caveats,
      ...decided.notes,
    ],
  };
}
