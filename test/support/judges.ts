import { fileURLToPath } from 'node:url';
import { readJudges } from '#adapters/files/catalogue-files.ts';
import { type Judge, judgeOfEntry, judgesFileSchema } from '#core/judges/judge.ts';

/** Of the judge of most tests. US dollars per million tokens. */
export const testPrices = { input: 0.25, cachedInput: 0.025, output: 2 };

/** A judge of a model, at an address that nobody answers at: worlds of tests have a server that answers for all. */
export function testJudge(model = 'judge-model', changes: Readonly<Record<string, unknown>> = {}): Judge {
  const { judges } = judgesFileSchema.parse({
    judges: {
      [model]: {
        model,
        provider: 'openai',
        prices: { asOf: '2026-11-28', standard: testPrices },
        ...changes,
      },
    },
  });
  const [[name, entry] = []] = Object.entries(judges);
  if (name === undefined || entry === undefined) throw new Error('no judge');
  return judgeOfEntry(name, entry);
}

/** A judge for each model that rubrics ask. */
export function judgesFor(rubrics: readonly { readonly judge: { readonly model: string } }[]): Judge[] {
  return [...new Set(rubrics.map(({ judge }) => judge.model))].map((model) => testJudge(model));
}

/** The judges of `rubrics/judges.yaml`. */
export async function shippedJudges(): Promise<Judge[]> {
  return (await readJudges(fileURLToPath(new URL('../..', import.meta.url)))).judges;
}
