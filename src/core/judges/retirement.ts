import { type Rubric, rubricName } from '../rubric/rubric.ts';
import { day } from '../time.ts';
import { judgeOf } from './find-judge.ts';
import type { Judge } from './judge.ts';

/** Days ahead at which people are told that a judge goes, and told again. */
export const retirementNotice = { ahead: 45, near: 14 } as const;

/** A judge in use whose model its provider shuts down. */
export interface Retirement {
  readonly judge: string;
  readonly model: string;
  /** The day on which it goes, `2026-12-11`. */
  readonly on: string;
  /** Whole days from now until that day begins, in UTC; 0 or less once it has. */
  readonly daysLeft: number;
  /** The rubric versions that it takes along. */
  readonly rubrics: readonly string[];
}

/**
 * Judges that go within 45 days, or have gone, the next first.
 *
 * @param told by judge the day that its provider tells; what the judges' file says where it tells none
 */
export function retirements(
  catalogue: { readonly judges?: readonly Judge[]; readonly rubrics: readonly Rubric[] },
  told: ReadonlyMap<string, string>,
  now: number,
): readonly Retirement[] {
  const byJudge = new Map<string, { judge: Judge; rubrics: string[] }>();
  for (const rubric of catalogue.rubrics) {
    if (rubric.state === 'retired') continue;
    const judge = judgeOf(catalogue, rubric);
    const known = byJudge.get(judge.name) ?? { judge, rubrics: [] };
    known.rubrics.push(rubricName(rubric));
    byJudge.set(judge.name, known);
  }
  return [...byJudge.values()]
    .flatMap(({ judge: { name, model, retires }, rubrics }) => {
      const on = told.get(name) ?? retires;
      if (on === undefined) return [];
      const daysLeft = Math.ceil((Date.parse(on) - now) / day);
      return daysLeft <= retirementNotice.ahead ? [{ judge: name, model, on, daysLeft, rubrics }] : [];
    })
    .sort((a, b) => a.daysLeft - b.daysLeft);
}

/** 0 while no judge goes, 1 from 45 days ahead, 2 from 14: the gauge of two alarms. */
export function retirementStage(all: readonly Pick<Retirement, 'daysLeft'>[]): 0 | 1 | 2 {
  if (all.length === 0) return 0;
  return all.some(({ daysLeft }) => daysLeft <= retirementNotice.near) ? 2 : 1;
}

/** What happens, and the commands to go by. */
export function describeRetirement({ judge, model, on, daysLeft, rubrics }: Retirement): string {
  const when =
    daysLeft > 0
      ? `is shut down on ${on}, in ${daysLeft} day${daysLeft === 1 ? '' : 's'}`
      : `was shut down on ${on}`;
  const ids = [...new Set(rubrics.map((name) => name.split('@')[0]))];
  const bumps = ids.map((id) => `npx assay rubric bump ${id}`).join(', ');
  const name = judge === model ? model : `${judge} (${model})`;
  return `the judge ${name} ${when}; it judges ${rubrics.join(' and ')}. Bump to another judge (${bumps}), compare both on what people rated (npx assay rubric compare), then deploy`;
}
