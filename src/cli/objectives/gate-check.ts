import { decideGate, type GateReason, type GateVerdict } from '#core/report/gate.ts';
import { formatDuration, formatInstant } from '#core/slo/words/format.ts';
import { oldestEvaluation, openSource, type ReportSource } from '../target/target.ts';
import { CliError, oneLine } from '../terminal/output.ts';
import type { GateOptions } from './gate.ts';

/** What the gate says, and the exit code that says it to a pipeline. */
interface Answer {
  readonly verdict: GateVerdict['verdict'];
  readonly tier: number;
  readonly source: string;
  /** When the SLOs were evaluated; null where they never were. */
  readonly evaluatedAt: string | null;
  readonly checked: number;
  readonly reasons: readonly (GateReason | { readonly kind: 'stale'; readonly message: string })[];
  readonly notes: readonly string[];
}

const exitCodes: Readonly<Record<GateVerdict['verdict'], number>> = { open: 0, shut: 1, unknown: 2 };

/** Prints whether a deployment may go on; sets the exit code. */
export async function checkGate(options: GateOptions): Promise<void> {
  const answer = await ask(options);
  process.exitCode = exitCodes[answer.verdict];
  if (options.json === true) console.log(JSON.stringify(answer, null, 2));
  else print(answer);
}

async function ask(options: GateOptions): Promise<Answer> {
  const unknown = (message: string, source = options.stack ?? options.local): Answer => ({
    verdict: 'unknown',
    tier: options.tier,
    source,
    evaluatedAt: null,
    checked: 0,
    reasons: [],
    notes: [message],
  });
  let source: ReportSource;
  try {
    source = await openSource(options);
  } catch (error) {
    if (error instanceof CliError) return unknown(error.message);
    throw error;
  }
  try {
    return decide(source, options.tier) ?? unknown(`${source.name} was never evaluated. ${whatToDo(source)}`);
  } finally {
    await source.close();
  }
}

function whatToDo({ session }: ReportSource): string {
  return session === undefined
    ? 'Look at the log of its slo-evaluator function, which should run each minute.'
    : 'Run "npx assay run" or "npm start" to its end first.';
}

function decide(source: ReportSource, tier: 1 | 2 | 3): Answer | undefined {
  const { evaluatedAt, age, standings, name } = source;
  if (evaluatedAt === undefined) return undefined;
  const common = { tier, source: name, evaluatedAt: new Date(evaluatedAt).toISOString() };
  const stale =
    age !== undefined && age > oldestEvaluation
      ? [
          {
            kind: 'stale' as const,
            message: `The SLOs were last evaluated at ${formatInstant(evaluatedAt)}, ${formatDuration(age)} ago; wanted at most ${formatDuration(oldestEvaluation)}. ${whatToDo(source)}`,
          },
        ]
      : [];
  const decided = decideGate(standings, tier);
  if (decided.verdict === 'unknown') {
    const { message, notes } = decided;
    return { ...common, verdict: 'unknown', checked: 0, reasons: stale, notes: [message, ...notes] };
  }
  const reasons = [...stale, ...decided.reasons];
  const verdict = reasons.length > 0 ? 'shut' : 'open';
  return {
    ...common,
    verdict,
    checked: decided.checked,
    reasons,
    notes: [...source.caveats, ...decided.notes],
  };
}

function print({ verdict, tier, source, evaluatedAt, checked, reasons, notes }: Answer): void {
  if (verdict === 'unknown') {
    console.error(`Cannot tell how tier ${tier} is. ${notes.map((note) => note.trim()).join('\n')}`);
    return;
  }
  if (verdict === 'open') {
    console.log(
      `Tier ${tier} is in order: ${checked} SLOs within budget and no alarm (${source}, evaluated ${formatInstant(Date.parse(evaluatedAt ?? ''))}).`,
    );
  } else {
    console.log(`Tier ${tier} is not in order (${source}):`);
    for (const reason of reasons) console.log(`  ${describeReason(reason)}`);
  }
  for (const note of notes) console.error(`Note: ${oneLine(note, 400)}`);
}

function describeReason(reason: Answer['reasons'][number]): string {
  const message = oneLine(reason.message, 600);
  switch (reason.kind) {
    case 'stale':
      return message;
    case 'alarm':
      return `${reason.slo}: a ${reason.severity} alarm is on. ${message}`;
    case 'budget':
      return `${reason.slo}: out of budget. ${message}`;
  }
}
