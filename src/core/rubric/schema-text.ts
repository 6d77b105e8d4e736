import { answerJsonSchema } from './answer-schema.ts';
import type { Rubric } from './rubric.ts';

/**
 * The answer's schema in words, for judges that are not given it apart: the end of the fixed prefix, so that a prompt cache
 * serves it. Empty where the schema goes beside the prompt. Part of the fingerprint by the rubric's form alone.
 */
export function schemaText(rubric: Rubric): string {
  if (hasSchemaApart(rubric)) return '';
  return [
    heading,
    'Answer with exactly one JSON object, without a Markdown fence and with nothing before or after it, that fits this JSON Schema:',
    JSON.stringify(answerJsonSchema(rubric)),
  ].join('\n');
}

const heading = '## Form of the answer';

/** The schema that {@link schemaText} wrote into a prompt; undefined where none stands there. */
export function schemaInText(prompt: string): string | undefined {
  const lines = prompt.split('\n');
  const at = lines.indexOf(heading);
  return at < 0 ? undefined : lines[at + 2];
}

/** Whether the answer's schema goes beside the prompt, as a parameter of the call. */
export function hasSchemaApart({ judge }: Pick<Rubric, 'judge'>): boolean {
  return judge.form === undefined || judge.form.output === 'json-schema';
}
