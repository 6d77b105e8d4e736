import { createHash } from 'node:crypto';
import { hashedForm } from './prompt-form.ts';
import { hashedRepeats } from './repeats.ts';
import type { Rubric } from './rubric.ts';

/**
 * SHA-256 over what gives a version's scores their meaning: everything the judge is told (title, description,
 * criteria, examples), the overall rule, the pass mark, the judge's model, parameters and prompt form, and how often it is asked. State, surfaces, the
 * judge's name and place and comments may change without a new version, for they route and pay and do not score.
 *
 * @returns 64 hexadecimal digits, the same for every order of keys
 */
export function rubricContentHash(rubric: Rubric): string {
  const { title, description, criteria, overall, passMark, sees, examples, judge } = rubric;
  const { model, parameters, maxOutputTokens, maxInputCharacters } = judge;
  return sha256({
    title,
    description,
    criteria,
    overall,
    passMark,
    sees,
    examples,
    judge: { model, parameters, maxOutputTokens, maxInputCharacters, ...hashedForm(judge.form) },
    ...hashedRepeats(rubric),
  });
}

/** Hash of a value's canonical JSON: keys sorted at every level. */
export function sha256(value: unknown): string {
  return createHash('sha256').update(canonicalJson(value)).digest('hex');
}

function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value)
      .filter(([, v]) => v !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1));
    return `{${entries.map(([k, v]) => `${JSON.stringify(k)}:${canonicalJson(v)}`).join(',')}}`;
  }
  return JSON.stringify(value) ?? 'null';
}
