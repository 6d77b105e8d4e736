import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { readYamlFile } from '#adapters/files/yaml-file.ts';
import type { Rubric } from '#core/rubric/rubric.ts';
import { rubricSchema } from '#core/rubric/rubric-schema.ts';
import { readVerdict } from '#core/rubric/verdict.ts';
import { anyOf, type CaseKind, compare } from './case-kind.ts';
import { helpsRubric } from './helps-rubric.ts';

const schema = z.object({
  /** Text of a judge's message. */
  content: z.string(),
  /** A shipped rubric, `id@version`; one with the one criterion `helps` (1 to 5) where absent. */
  rubric: z
    .string()
    .regex(/^[a-z][a-z0-9-]*@\d+$/)
    .optional(),
  want: anyOf(z.union([z.literal('unreadable'), z.object({ score: anyOf(z.number()) })])),
});

/** What a judge's text is read as. */
export const answer: CaseKind<typeof schema> = {
  schema,
  async run({ content, rubric, want }) {
    const read = readVerdict(rubric === undefined ? helpsRubric() : await shippedRubric(rubric), content);
    return compare(want, read.ok ? { score: read.verdict.score } : 'unreadable');
  },
};

/** @throws Error where there is no such rubric */
async function shippedRubric(name: string): Promise<Rubric> {
  const [id, version] = name.split('@');
  const path = fileURLToPath(new URL(`../../rubrics/${id}/${version}.yaml`, import.meta.url));
  const read = await readYamlFile(path, rubricSchema);
  if (!read.ok) throw new Error(`wanted the shipped rubric ${name}, but ${path} is none`);
  return read.value;
}
