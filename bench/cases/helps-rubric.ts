import type { Rubric } from '#core/rubric/rubric.ts';
import { rubricSchema } from '#core/rubric/rubric-schema.ts';

/** A rubric with the one criterion `helps`, 1 to 5. @param name of its id and of its judge's model */
export function helpsRubric(name = 'helps'): Rubric {
  return rubricSchema.parse({
    id: name,
    version: 1,
    title: 'Helps',
    description: 'Does the answer help?',
    state: 'active',
    surfaces: [name],
    criteria: [
      {
        id: 'helps',
        question: 'Does the answer help the user?',
        scale: { 1: 'not at all', 2: 'a little', 3: 'in part', 4: 'mostly', 5: 'fully' },
      },
    ],
    overall: 'minimum',
    passMark: 4,
    judge: { model: name, prices: { input: 0.25, cachedInput: 0.025, output: 2 } },
  });
}
