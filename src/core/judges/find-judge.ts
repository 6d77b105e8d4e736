import { usualPromptForm } from '../rubric/prompt-form.ts';
import { type Rubric, rubricName } from '../rubric/rubric.ts';
import { usualDialect } from './dialect.ts';
import type { Judge } from './judge.ts';

/** Where a rubric's judge cannot be asked as it says: the place in its file, and what to do. */
export interface JudgeFault {
  readonly path: readonly string[];
  readonly message: string;
}

/** Where judges stand, for messages. */
export const judgesFile = 'rubrics/judges.yaml';

/** The judges that a rubric can mean: the one that it names, else those of its model. */
function candidates(judges: readonly Judge[], { judge }: Pick<Rubric, 'judge'>): readonly Judge[] {
  if (judge.name !== undefined) return judges.filter(({ name }) => name === judge.name);
  return judges.filter(({ model }) => model === judge.model);
}

/**
 * The judge of a rubric.
 *
 * @throws Error where the rubric has none: {@link faultsOfJudge} refuses it before
 */
export function judgeOf(catalogue: { readonly judges?: readonly Judge[] }, rubric: Rubric): Judge {
  const found = candidates(catalogue.judges ?? [], rubric)[0] ?? formerJudge(rubric);
  if (found === undefined)
    throw new Error(
      `${rubricName(rubric)} has no judge in ${judgesFile}; npx assay rubric check says what to write`,
    );
  return found;
}

/** The judges that are asked now: those of rubrics that are not retired, each once. */
export function judgesInUse(catalogue: {
  readonly judges?: readonly Judge[];
  readonly rubrics: readonly Rubric[];
}): readonly Judge[] {
  const live = catalogue.rubrics.filter(({ state }) => state !== 'retired');
  return [
    ...new Map(live.map((rubric) => judgeOf(catalogue, rubric)).map((each) => [each.name, each])).values(),
  ];
}

/** Catalogues that were deployed before there were judges have prices in their rubrics. */
function formerJudge({ judge: { model, prices } }: Rubric): Judge | undefined {
  if (prices === undefined) return undefined;
  return {
    name: model,
    model,
    deployment: model,
    provider: 'openai',
    api: 'chat-completions',
    authorisation: { secret: model },
    dialect: usualDialect,
    prices: { asOf: '2025-08-07', standard: prices },
    tier: 'standard',
  };
}

/** What of a rubric does not fit the judges that there are. A retired version asks nobody, but messages may pin it. */
export function faultsOfJudge(judges: readonly Judge[], rubric: Rubric): JudgeFault[] {
  const { judge: wanted } = rubric;
  const found = candidates(judges, rubric);
  const [judge] = found;
  if (judge === undefined) {
    const path = [wanted.name === undefined ? 'model' : 'name'];
    return [{ path, message: `${missing(judges, rubric)}\n${blockFor(rubric)}` }];
  }
  if (found.length > 1) {
    const names = found.map(({ name }) => name);
    const message = `model "${wanted.model}" is that of ${names.join(' and ')} in ${judgesFile}; name one: judge: { name: ${names[0]}, … } (the name stands in no hash)`;
    return [{ path: ['model'], message }];
  }
  const faults: JudgeFault[] = [];
  if (judge.model !== wanted.model)
    faults.push({
      path: ['model'],
      message: `asks for model "${wanted.model}", and judge "${judge.name}" is "${judge.model}"; scores depend on the model, so bump the rubric (npx assay rubric bump ${rubric.id}) or name another judge`,
    });
  const { output, role } = wanted.form ?? usualPromptForm;
  const { dialect } = judge;
  if (!dialect.output.includes(output))
    faults.push(refusedForm('output', output, judge, dialect.output, rubric));
  if (!dialect.roles.includes(role)) faults.push(refusedForm('role', role, judge, dialect.roles, rubric));
  const { parameters } = dialect;
  for (const name of Object.keys(sentParameters(rubric)))
    if (parameters !== undefined && !parameters.includes(name))
      faults.push({
        path: ['parameters', name],
        message: `"${name}" is none of the parameters that judge "${judge.name}" takes (${parameters.join(', ') || 'none'}); scores depend on parameters, so bump the rubric, or mend the judge's dialect in ${judgesFile}`,
      });
  return faults;
}

function refusedForm(
  key: string,
  wanted: string,
  judge: Judge,
  taken: readonly string[],
  { id }: Rubric,
): JudgeFault {
  return {
    path: ['form', key],
    message: `wants "${wanted}", which judge "${judge.name}" does not take (it takes ${taken.join(', ')}); scores depend on it, so bump the rubric (npx assay rubric bump ${id}) with judge.form.${key}: ${taken[0]}, or mend the judge's dialect in ${judgesFile}`,
  };
}

function missing(judges: readonly Judge[], { judge }: Rubric): string {
  const there = judges.map(({ name }) => name).join(', ') || 'none';
  return judge.name === undefined
    ? `model "${judge.model}" is no judge's in ${judgesFile} (there: ${there}); write there:`
    : `judge "${judge.name}" does not stand in ${judgesFile} (there: ${there}); write there:`;
}

/** The entry to write for a rubric's judge. Prices that a rubric had are taken; others are left to be looked up. */
function blockFor({ judge: { name, model, prices } }: Rubric): string {
  const own = (name ?? model).toLowerCase().replace(/[^a-z0-9.-]+/g, '-');
  const { input, cachedInput, output } = prices ?? { input: '…', cachedInput: '…', output: '…' };
  return [
    'judges:',
    `  ${own}:`,
    `    model: ${model}`,
    '    provider: openai',
    '    authorisation: { secret: openai }',
    `    prices: { asOf: 2026-01-31, standard: { input: ${input}, cachedInput: ${cachedInput}, output: ${output} } }`,
  ].join('\n');
}

/** Parameters that go with a call: the tier is the judge's own affair. */
export function sentParameters({ judge }: Pick<Rubric, 'judge'>): Rubric['judge']['parameters'] {
  const { service_tier: _, ...sent } = judge.parameters;
  return sent;
}

/** What a rubric holds that no longer counts, in sentences; nothing of it changes a hash. */
export function remarksOnJudge(rubric: Rubric): JudgeFault[] {
  const remarks: JudgeFault[] = [];
  if (rubric.judge.prices !== undefined)
    remarks.push({
      path: ['prices'],
      message: `prices are not used here any more, those of ${judgesFile} are; remove them (they stand in no hash)`,
    });
  if ('service_tier' in rubric.judge.parameters)
    remarks.push({
      path: ['parameters', 'service_tier'],
      message: `service_tier is not sent: the judge's tier in ${judgesFile} is asked for; leave it in a released version, whose hash holds it`,
    });
  return remarks;
}
