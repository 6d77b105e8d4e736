import type { Catalogue } from '#core/catalogue/catalogue.ts';
import { faultsOfJudge, judgesFile } from '#core/judges/find-judge.ts';
import type { Judge } from '#core/judges/judge.ts';
import { type Rubric, rubricName } from '#core/rubric/rubric.ts';
import type { SessionOptions } from '#local/session/session.ts';
import { missingKeys } from '../target/shell-judges.ts';
import { CliError } from '../terminal/cli-error.ts';

/** What a `--judge` value asks for: who answers, and the judge that is named, where one is. */
export interface ChosenJudge {
  readonly answers: SessionOptions['judge'];
  readonly named?: string;
}

/** Reads a `--judge` value. Every other word is the name of a judge. */
export function readJudgeChoice(text: string): ChosenJudge {
  if (text === 'simulated') return { answers: { kind: 'simulated' } };
  if (text.startsWith('recorded:') && text.length > 9)
    return { answers: { kind: 'recorded', file: text.slice(9) } };
  // The judges that the rubrics name.
  if (text === 'openai') return { answers: { kind: 'openai' } };
  return { answers: { kind: 'openai' }, named: text };
}

/**
 * The catalogue with the judge that was named answering for every rubric: another judge than a rubric's own, whose verdicts
 * share nothing with the other's.
 *
 * @throws CliError where there is no such judge, or where it does not take what a rubric asks
 */
export function withJudge(catalogue: Catalogue, name: string): Catalogue {
  const judge = catalogue.judges?.find((each) => each.name === name);
  if (judge === undefined) {
    const there = (catalogue.judges ?? []).map((each) => each.name).join(', ') || 'none';
    throw new CliError(
      `--judge: wanted recorded:FILE, simulated, openai (the judges that the rubrics name) or a judge of ${judgesFile} (there: ${there}), got "${name}".`,
    );
  }
  return { ...catalogue, rubrics: catalogue.rubrics.map((rubric) => askedBy(judge, rubric)) };
}

function askedBy(judge: Judge, rubric: Rubric): Rubric {
  const asked = { ...rubric, judge: { ...rubric.judge, name: judge.name, model: judge.model } };
  const [fault] = rubric.state === 'retired' ? [] : faultsOfJudge([judge], asked);
  if (fault !== undefined)
    throw new CliError(
      `--judge ${judge.name}: ${rubricName(rubric)}: ${fault.path.join('.')} ${fault.message}.`,
    );
  return asked;
}

/** @throws CliError where the key of a judge in use is missing */
export function requireJudgeKeys(catalogue: Catalogue): void {
  const missing = missingKeys(catalogue);
  if (missing.length === 0) return;
  throw new CliError(
    `--judge: wanted the key of each judge in the environment, got nothing in ${missing.join(', ')}. (A deployment takes it from Secrets Manager; a local run puts it into its local secret, in memory.)`,
  );
}
