import type { StoredJudgement } from '#adapters/dynamodb/judgement-item.ts';
import type { JudgementStore } from '#adapters/dynamodb/judgement-store.ts';
import { inParallel } from '#adapters/in-parallel.ts';
import { type Catalogue, sloRubric } from '#core/catalogue/catalogue.ts';
import type { Rubric } from '#core/rubric/rubric.ts';
import { type Slo, sloName } from '#core/slo/definition/slo.ts';
import { day, floorTo, hour, hourKey } from '#core/time.ts';
import type { VerdictsView, VerdictView } from './page-state.ts';

/** Verdicts of so many hours are looked through, however long the SLO's window is. */
const longestLook = day;

/** So many of the worst are shown. */
const shown = 12;

/** DynamoDB reads under way at once: few, for the replay comes first. */
const concurrency = 4;

/** Of a long text the beginning is enough to see what was wrong. */
const maxCharacters = 6_000;

/**
 * The failing verdicts that an SLO rests on: of the window of the alarm that is on, else of its own, a day at most. The lowest
 * score first, the newest of equals. None of an SLO that no judge decides.
 */
export async function readWorstVerdicts(
  catalogue: Catalogue,
  judgements: JudgementStore,
  slo: Slo,
  window: number,
  now: number,
): Promise<VerdictsView> {
  const rubric = slo.sli.kind === 'judge-pass' ? sloRubric(catalogue, slo) : undefined;
  const from = now - Math.min(window, longestLook);
  const empty = { slo: sloName(slo), from, to: now, judged: 0, failed: 0 };
  if (rubric === undefined) return { ...empty, rubric: null, passMark: null, verdicts: [] };
  const hours: string[] = [];
  for (let at = floorTo(from, hour); at <= now; at += hour) hours.push(hourKey(at));
  const found: StoredJudgement[] = [];
  await inParallel(hours, concurrency, async (key) => {
    const all = await judgements.readHour(slo.surface, rubric, key);
    found.push(
      ...all.filter(({ state, at, repeat }) => state === 'judged' && repeat === 0 && at >= from && at <= now),
    );
  });
  const worst = found
    .filter(({ pass }) => pass === false)
    .sort((a, b) => (a.score ?? 5) - (b.score ?? 5) || b.at - a.at)
    .slice(0, shown);
  const verdicts: VerdictView[] = [];
  await inParallel(
    worst.map((judgement, index) => ({ judgement, index })),
    concurrency,
    async ({ judgement, index }) => {
      verdicts[index] = await readVerdict(judgements, slo.surface, rubric, judgement);
    },
  );
  return {
    ...empty,
    judged: found.length,
    failed: found.filter(({ pass }) => pass === false).length,
    rubric: `${rubric.id}@${rubric.version}`,
    passMark: rubric.passMark,
    verdicts,
  };
}

async function readVerdict(
  judgements: JudgementStore,
  surface: string,
  rubric: Rubric,
  judgement: StoredJudgement,
): Promise<VerdictView> {
  const { responseId, fingerprint, repeat, at, score = 0, pass = false, criteria } = judgement;
  const stored = await judgements.readTexts({ surface, responseId, at, rubric, fingerprint, repeat });
  const messages = stored?.texts.request?.messages ?? [];
  return {
    responseId,
    at,
    score,
    pass,
    cohort: judgement.cohort ?? null,
    release: judgement.release ?? null,
    model: judgement.model ?? null,
    criteria: rubric.criteria.map(({ id, question }) => ({
      id,
      question,
      score: criteria[id] ?? 0,
      reason: stored?.reasons[id] ?? null,
    })),
    texts:
      stored === undefined
        ? null
        : {
            messages: messages.map(({ role, content }) => ({ role, content: cut(textOf(content)) })),
            response: cut(stored.texts.response?.content ?? ''),
          },
  };
}

/** A message's content may be parts; of those without a text their kind is said. */
function textOf(content: unknown): string {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return '';
  return content
    .map((part: unknown) => {
      const { type, text } = (part ?? {}) as { type?: unknown; text?: unknown };
      return typeof text === 'string' ? text : `[${typeof type === 'string' ? type : 'part'}]`;
    })
    .join('\n');
}

function cut(text: string): string {
  return text.length <= maxCharacters
    ? text
    : `${text.slice(0, maxCharacters)}… (${text.length - maxCharacters} more characters)`;
}
