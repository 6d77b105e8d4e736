import { readJudges, readRubrics } from '#adapters/files/catalogue-files.ts';
import { createJudgeCaller } from '#adapters/judges/judge-caller.ts';
import { faultsOfJudge, judgesFile, sentParameters } from '#core/judges/find-judge.ts';
import type { Judge } from '#core/judges/judge.ts';
import { keyVariable } from '#core/judges/judge-place.ts';
import type { JudgeAnswer } from '#core/judging/judge-answer.ts';
import { type Rubric, rubricName } from '#core/rubric/rubric.ts';
import { rubricSchema } from '#core/rubric/rubric-schema.ts';
import { readVerdict } from '#core/rubric/verdict.ts';
import { shellKey } from '../target/shell-judges.ts';
import { CliError } from '../terminal/cli-error.ts';
import { print } from '../terminal/print.ts';
import {
  adviceOf,
  askOnce,
  billOf,
  formatBill,
  formOf,
  type PreparedCall,
  placeOf,
  prepareCall,
} from './ask-once.ts';

/** Makes one real call to a judge of the file and prints what was asked and what came; sets the exit code. */
export async function tryJudge(root: string, name: string, { json = false }): Promise<void> {
  const judge = await findJudge(root, name);
  const key = keyOf(judge);
  const call = prepareCall({ judge, rubric: await rubricFor(root, judge) });
  const asked = describeCall(call);
  if (!json) print(`${asked.says}\n${asked.form}\nAt most $${call.mostUsd.toFixed(4)}.\n`);
  const ask = createJudgeCaller({ keyOf: async () => ({ ok: true, key }) });
  const { answer, ms } = await askOnce(ask, call);
  const came = describeAnswer(call, answer);
  const bill = billOf(judge, answer);
  if (!came.ok) process.exitCode = 1;
  if (json)
    return print(
      JSON.stringify(
        { judge: name, ...asked, mostUsd: call.mostUsd, ...came, bill: bill ?? null, ms },
        null,
        2,
      ),
    );
  print(came.found);
  print(bill === undefined ? 'Nothing was billed.' : `Billed: ${formatBill(bill)}.`);
  print(`Took ${ms} ms.`);
  if (came.action !== undefined) print(`To do: ${came.action}`);
}

async function findJudge(root: string, name: string): Promise<Judge> {
  const { judges, faults } = await readJudges(root);
  const judge = judges.find((each) => each.name === name);
  if (judge !== undefined) return judge;
  if (faults.length > 0)
    throw new CliError(`${judgesFile} has faults; npx assay judge check says which, and at what line.`);
  const there = judges.map((each) => each.name).join(', ') || 'none';
  throw new CliError(`Wanted a judge of ${judgesFile}, got "${name}". There: ${there}.`);
}

/** @throws CliError where the judge needs a key and the environment holds none */
function keyOf({ name, authorisation }: Judge): string {
  if (typeof authorisation !== 'object') return '';
  const key = shellKey(authorisation.secret);
  if (key !== '') return key;
  throw new CliError(
    `Wanted the key of judge "${name}" in the environment variable ${keyVariable(authorisation.secret)}, got nothing.`,
  );
}

/** The rubric that it is asked under: one of its own that is in use, else a plain one in the first form that it takes. */
async function rubricFor(root: string, judge: Judge): Promise<Rubric> {
  const { files } = await readRubrics(root);
  const own = files
    .map(({ rubric }) => rubric)
    .filter((rubric) => faultsOfJudge([judge], rubric).length === 0);
  const { output, roles } = judge.dialect;
  return (
    own.find(({ state }) => state === 'active') ??
    own.find(({ state }) => state !== 'retired') ??
    rubricSchema.parse({
      id: 'judge-try',
      version: 1,
      title: 'Helpfulness',
      description: 'Whether the answer helps.',
      state: 'shadow',
      surfaces: 'any',
      criteria: [
        {
          id: 'helps',
          question: 'Does the answer help the user?',
          scale: { 1: 'Not at all.', 2: 'A little.', 3: 'In part.', 4: 'Mostly.', 5: 'Fully.' },
        },
      ],
      overall: 'minimum',
      passMark: 4,
      judge: { name: judge.name, model: judge.model, form: { output: output[0], role: roles[0] } },
    })
  );
}

function describeCall({ judge, rubric }: PreparedCall) {
  const { deployment, model } = judge;
  const sent = sentParameters(rubric);
  const parameters = Object.entries(sent).map(([key, value]) => `${key} ${JSON.stringify(value)}`);
  const named = deployment === model ? '' : `, called "${deployment}" there,`;
  const limit = `${rubric.judge.maxOutputTokens} output tokens`;
  return {
    says: `Asks ${placeOf(judge)}${named} about one sentence, under ${rubricName(rubric)}.`,
    form: `Form: ${[formOf({ judge, rubric }), limit, ...parameters].join(', ')}.`,
  };
}

interface Came {
  readonly ok: boolean;
  readonly found: string;
  readonly action?: string;
}

function describeAnswer({ judge, rubric }: PreparedCall, answer: JudgeAnswer): Came {
  if (answer.kind === 'error') {
    const { kind, reason } = answer.error;
    const isFlex = judge.tier === 'flex' && kind !== 'item';
    return {
      ok: false,
      found: `Came: ${reason} (${kind}).`,
      action: `${adviceOf(kind, judge)}${isFlex ? '; at flex the judge function asks at standard next' : ''}`,
    };
  }
  const action = 'ask again; if it stays so, raise maxOutputTokens of the rubric or choose another model';
  if (answer.kind !== 'text') return { ok: false, found: `Came: ${answer.reason}.`, action };
  const reading = readVerdict(rubric, answer.text);
  const by = answer.model === undefined ? '' : `, by ${answer.model}`;
  if (!reading.ok)
    return {
      ok: false,
      found: `Came${by}: ${reading.reason}.`,
      action: `ask again; if it stays so, bump the rubric with a form that the model keeps to (judge.form.output: ${judge.dialect.output.join(', ')})`,
    };
  const { score, pass } = reading.verdict;
  return { ok: true, found: `Came: score ${score} (${pass ? 'pass' : 'fail'})${by}.` };
}
