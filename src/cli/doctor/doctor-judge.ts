import type { JudgeCaller } from '#adapters/judges/judge-caller.ts';
import type { Catalogue } from '#core/catalogue/catalogue.ts';
import { judgeOf, judgesFile } from '#core/judges/find-judge.ts';
import type { Judge } from '#core/judges/judge.ts';
import { withOldPrices } from '#core/judges/price-age.ts';
import type { JudgeAnswer } from '#core/judging/judge-answer.ts';
import { type Rubric, rubricName } from '#core/rubric/rubric.ts';
import { readVerdict } from '#core/rubric/verdict.ts';
import { adviceOf, askOnce, billOf, formatBill, formOf, placeOf, prepareCall } from '../judge/ask-once.ts';
import { type Check, fault, ok, warning } from './doctor-check.ts';

export interface JudgeOption {
  /** False with `--no-judge`. */
  readonly judge: boolean;
}

/** How judges are asked. */
export interface JudgeAccess {
  readonly ask: JudgeCaller;
  readonly kind: 'real' | 'simulated' | 'recorded';
}

/** One real call to each judge of an active rubric: from the prompt to a verdict that can be read. */
export async function checkJudges(
  access: JudgeAccess,
  catalogue: Catalogue,
  tell: (line: string) => void,
): Promise<readonly Check[]> {
  const active = catalogue.rubrics.filter(({ state }) => state === 'active');
  if (active.length === 0)
    return [
      fault('judge', {
        wanted: 'an active rubric to ask under',
        found: 'none',
        action: 'set the state of a rubric to "active", then "npx assay rubric check"',
      }),
    ];
  const asked = new Map(active.map((rubric) => [judgeOf(catalogue, rubric), rubric]));
  const checks: Check[] = [];
  for (const [judge, rubric] of asked) checks.push(await checkJudge(access, { judge, rubric }, tell));
  return checks;
}

async function checkJudge(
  access: JudgeAccess,
  { judge, rubric }: { readonly judge: Judge; readonly rubric: Rubric },
  tell: (line: string) => void,
): Promise<Check> {
  const call = prepareCall({ judge, rubric });
  if (access.kind === 'real')
    tell(
      `Asking ${placeOf(judge)} about one sentence: at most $${call.mostUsd.toFixed(4)}, usually a tenth of it. Form: ${formOf(call)}. (--no-judge leaves it out.)`,
    );
  const { answer, ms } = await askOnce(access.ask, call);
  return readAnswer(answer, { rubric, judge }, access, ms);
}

function readAnswer(
  answer: JudgeAnswer,
  { rubric, judge }: { readonly rubric: Rubric; readonly judge: Judge },
  { kind }: JudgeAccess,
  ms: number,
): Check {
  const where = placeOf(judge);
  const wanted = `a verdict of ${where} under ${rubricName(rubric)}`;
  if (answer.kind === 'error') {
    const { error } = answer;
    return fault('judge', {
      wanted,
      found: `${error.reason} (${error.kind}) after ${ms} ms`,
      action: adviceOf(error.kind, judge),
    });
  }
  if (answer.kind !== 'text')
    return fault('judge', {
      wanted,
      found: `${answer.reason} after ${ms} ms`,
      action: 'ask again; if it stays so, raise maxOutputTokens of the rubric or choose another model',
    });
  const bill = billOf(judge, answer);
  const tokens = bill === undefined ? 'no usage told' : formatBill(bill);
  const reading = readVerdict(rubric, answer.text);
  if (reading.ok && answer.origin === 'cache')
    return warning('judge', {
      wanted: `an answer that ${where} gives now`,
      found: `one that a cache on the way kept, by its own word, after ${ms} ms`,
      action:
        "let the gateway pass the judge's calls by its cache: an answer that was kept says nothing of today's judge, and anchors count none",
    });
  if (reading.ok)
    return ok(
      'judge',
      `${kind === 'real' ? '' : `${kind.toUpperCase()}; `}${where}: score ${reading.verdict.score} in ${ms} ms; ${tokens}; asked by ${formOf({ judge, rubric })}`,
    );
  if (kind === 'recorded')
    return ok(
      'judge',
      `RECORDED; its server answers in ${ms} ms, and has no verdict of the doctor's sentence`,
    );
  return warning('judge', {
    wanted: `an answer in the form that was asked for, from ${where}`,
    found: `${reading.reason} after ${ms} ms; ${tokens}`,
    action: 'ask again; if it stays so, choose a model that keeps to strict structured output',
  });
}

/** Judges whose prices may have changed since somebody looked them up; none where all are of late. */
export function checkPrices(judges: readonly Judge[], now: number): readonly Check[] {
  const old = withOldPrices(judges, now);
  if (old.length === 0) return [];
  const named = old.map((judge) => `${judge.name} (of ${judge.prices.asOf})`);
  return [
    warning('prices', {
      wanted: `prices of judges that are at most half a year old`,
      found: `older ones: ${named.join(', ')}`,
      action: `look them up at the provider, write them and the day (asOf) into ${judgesFile}; they change no score and no fingerprint`,
    }),
  ];
}
