import { readFileSync } from 'node:fs';
import { z } from 'zod';

const caseSchema = z.object({
  id: z.string(),
  family: z.string(),
  input: z.record(z.string(), z.unknown()),
  expected: z.record(z.string(), z.unknown()),
  tol: z.number().nonnegative().default(1e-9),
  note: z.string().default(''),
});
const fileSchema = z.object({ cases: z.array(caseSchema).min(1) });
export type ReferenceCase = z.infer<typeof caseSchema>;

/** @throws Error saying what was wanted of the file and what to do */
export function readCases(path: string): ReferenceCase[] {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new Error(
      `wanted a readable reference file, but "${path}" is not: ${String(error)}. Check the path.`,
    );
  }
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new Error(`wanted JSON in "${path}", but ${String(error)}. Write it anew or fix that place.`);
  }
  const parsed = fileSchema.safeParse(json);
  if (!parsed.success) {
    throw new Error(
      `wanted {"cases": [{"id", "family", "input", "expected", "tol"}]} in "${path}", but:\n${z.prettifyError(parsed.error)}\nCorrect these entries.`,
    );
  }
  return parsed.data.cases;
}
