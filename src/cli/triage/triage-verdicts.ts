import type { StoredJudgement } from '#adapters/dynamodb/judgement-item.ts';
import { createJudgementStore } from '#adapters/dynamodb/judgement-store.ts';
import { inParallel } from '#adapters/in-parallel.ts';
import type { Rubric } from '#core/rubric/rubric.ts';
import { floorTo, hour, hourKey } from '#core/time.ts';
import type { Comparison, WorstVerdict } from '#core/triage/triage.ts';
import type { Target } from '../target/target.ts';

/** DynamoDB reads under way at once. */
const width = 8;

/** One query an hour: so many are read at most, those nearest to the start first. */
export const mostHours = 168;

/** Of an answer so much is kept; what is shown of it is shorter. */
const excerptCharacters = 1_000;

export interface ReadVerdicts {
  /** Finished judgements of the comparison, each response once. */
  readonly verdicts: readonly StoredJudgement[];
  /** Of the same hours, ended without a verdict. */
  readonly unjudged: readonly StoredJudgement[];
  /** Of the same hours, what ended without a verdict and may still get one. */
  readonly buried: readonly StoredJudgement[];
  readonly hours: number;
  readonly hoursLeftOut: number;
}

/** Reads the verdicts of both stretches of a comparison, hour by hour. */
export async function readVerdicts(
  target: Target,
  surface: string,
  rubric: Rubric,
  { before, after }: Comparison,
): Promise<ReadVerdicts> {
  const wanted = [...hoursOf(before), ...hoursOf(after)].toSorted(
    (a, b) => Math.abs(a - after.from) - Math.abs(b - after.from),
  );
  const hours = [...new Set(wanted)];
  const store = storeOf(target);
  const found: StoredJudgement[] = [];
  await inParallel(hours.slice(0, mostHours), width, async (at) => {
    found.push(...(await store.readHour(surface, rubric, hourKey(at))));
  });
  const inside = found.filter(
    ({ at, repeat }) =>
      repeat === 0 && ((at >= before.from && at < before.to) || (at >= after.from && at < after.to)),
  );
  return {
    verdicts: inside.filter(({ state }) => state === 'judged').toSorted((a, b) => a.at - b.at),
    unjudged: inside.filter(({ state }) => state === 'unjudgeable' || state === 'shed'),
    buried: inside.filter(({ state }) => state === 'dlq'),
    hours: Math.min(hours.length, mostHours),
    hoursLeftOut: Math.max(0, hours.length - mostHours),
  };
}

function hoursOf({ from, to }: { from: number; to: number }): number[] {
  const hours: number[] = [];
  for (let at = floorTo(from, hour); at < to; at += hour) hours.push(at);
  return hours;
}

/** The failing verdicts of a stretch, the lowest score first, then those of the slice that carries the fall, then the newest. */
export async function readWorst(
  target: Target,
  { surface, rubric }: { readonly surface: string; readonly rubric: Rubric },
  verdicts: readonly StoredJudgement[],
  count: number,
  carries: (verdict: StoredJudgement) => boolean,
): Promise<WorstVerdict[]> {
  const store = storeOf(target);
  const weakest = ({ criteria }: StoredJudgement) =>
    Object.values(criteria).reduce((sum, score) => sum + score, 0);
  const chosen = verdicts
    .filter(({ pass }) => pass === false)
    .toSorted(
      (a, b) =>
        (a.score ?? 5) - (b.score ?? 5) ||
        Number(carries(b)) - Number(carries(a)) ||
        weakest(a) - weakest(b) ||
        b.at - a.at,
    )
    .slice(0, count);
  const worst: WorstVerdict[] = [];
  await inParallel(
    chosen.map((verdict, index) => ({ verdict, index })),
    width,
    async ({ verdict, index }) => {
      const { responseId, fingerprint, repeat, at, score = 0, criteria } = verdict;
      const stored = await store.readTexts({ surface, responseId, at, rubric, fingerprint, repeat });
      worst[index] = {
        responseId,
        at,
        score,
        release: verdict.release ?? null,
        model: verdict.model ?? null,
        cohort: verdict.cohort ?? null,
        criteria: rubric.criteria
          .map(({ id }) => ({ id, score: criteria[id] ?? 0, reason: stored?.reasons[id] ?? null }))
          .toSorted((a, b) => a.score - b.score),
        question: questionOf(stored?.texts.request?.messages),
        excerpt:
          stored === undefined ? null : (stored.texts.response?.content ?? '').slice(0, excerptCharacters),
      };
    },
  );
  return worst;
}

/** The last thing that the user said; of a message in parts its texts. */
function questionOf(
  messages: readonly { readonly role: string; readonly content?: unknown }[] | undefined,
): string | null {
  const content = messages?.findLast(({ role }) => role === 'user')?.content;
  if (typeof content === 'string') return content.slice(0, excerptCharacters);
  if (!Array.isArray(content)) return null;
  const texts = content.flatMap((part: unknown) => {
    const { text } = (part ?? {}) as { text?: unknown };
    return typeof text === 'string' ? [text] : [];
  });
  return texts.length === 0 ? null : texts.join('\n').slice(0, excerptCharacters);
}

function storeOf({ dynamo, tables, catalogue }: Target) {
  return createJudgementStore(dynamo, tables.judgements, catalogue.retention);
}
