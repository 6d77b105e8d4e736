import { relative } from 'node:path';
import { readJudges, readRubrics } from '#adapters/files/catalogue-files.ts';
import { formatFault } from '#adapters/files/yaml-file.ts';
import { faultsOfJudge, judgeOf, judgesFile } from '#core/judges/find-judge.ts';
import type { Judge } from '#core/judges/judge.ts';
import { judgeHost } from '#core/judges/judge-place.ts';
import { oldPriceDays, priceAgeDays } from '#core/judges/price-age.ts';
import { type Rubric, rubricName } from '#core/rubric/rubric.ts';
import { findingsOf } from '../rubric/rubric-check.ts';
import { print, printAside } from '../terminal/print.ts';
import { formatTable } from '../terminal/table.ts';

/** A judge as it stands in the file, and who asks it. */
interface ListedJudge extends Pick<Judge, 'name' | 'model' | 'provider' | 'api' | 'tier' | 'retires'> {
  readonly place: string;
  readonly authorisation: string;
  readonly pricesAsOf: string;
  readonly priceAgeDays: number;
  readonly rubrics: readonly string[];
}

/** Checks the judges file and prints what stands in it; sets the exit code. */
export async function checkJudgesFile(root: string, { json = false }): Promise<void> {
  const [{ judges, faults: unread }, { files }] = await Promise.all([readJudges(root), readRubrics(root)]);
  const unfit =
    unread.length > 0
      ? []
      : findingsOf(
          files.filter(({ rubric }) => rubric.state !== 'retired'),
          (rubric) => faultsOfJudge(judges, rubric),
        );
  const faults = [...unread, ...unfit].map((each) => ({ ...each, file: relative(root, each.file) }));
  const rubrics = files.map(({ rubric }) => rubric);
  const listed = judges.map((judge) => list(judge, judges, rubrics, Date.now()));
  const ok = faults.length === 0;
  if (!ok) process.exitCode = 1;
  if (json) return print(JSON.stringify({ ok, judges: listed, faults }, null, 2));
  if (listed.length > 0) print(formatTable([head, ...listed.map(rowOf)]));
  for (const { name, pricesAsOf } of listed.filter((each) => each.priceAgeDays > oldPriceDays))
    printAside(
      `${judgesFile}: the prices of "${name}" are of ${pricesAsOf}, more than half a year ago; look them up and write them with their day (they change no score)`,
    );
  if (ok) print(`${listed.length} judge${listed.length === 1 ? '' : 's'} in order.`);
  else printAside(faults.map(formatFault).join('\n'));
}

function list(judge: Judge, judges: readonly Judge[], rubrics: readonly Rubric[], now: number): ListedJudge {
  const { name, model, provider, api, tier, retires, authorisation, prices } = judge;
  return {
    name,
    model,
    provider,
    api,
    place: judgeHost(judge),
    authorisation: typeof authorisation === 'object' ? `secret ${authorisation.secret}` : authorisation,
    tier,
    ...(retires !== undefined && { retires }),
    pricesAsOf: prices.asOf,
    priceAgeDays: priceAgeDays(judge, now),
    rubrics: rubrics.filter((rubric) => isAsked(judge, judges, rubric)).map(describeRubric),
  };
}

function isAsked({ name }: Judge, judges: readonly Judge[], rubric: Rubric): boolean {
  return faultsOfJudge(judges, rubric).length === 0 && judgeOf({ judges }, rubric).name === name;
}

function describeRubric(rubric: Rubric): string {
  return rubric.state === 'active' ? rubricName(rubric) : `${rubricName(rubric)} (${rubric.state})`;
}

const head = ['judge', 'model', 'at', 'authorised by', 'tier', 'prices of', 'retires', 'rubrics'] as const;

function rowOf(judge: ListedJudge): string[] {
  const { name, model, place, authorisation, tier, pricesAsOf, retires, rubrics } = judge;
  const age = `${pricesAsOf} (${judge.priceAgeDays} days)`;
  return [name, model, place, authorisation, tier, age, retires ?? '-', rubrics.join(', ') || 'none'];
}
