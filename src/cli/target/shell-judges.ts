import type { Catalogue } from '#core/catalogue/catalogue.ts';
import { judgesInUse } from '#core/judges/find-judge.ts';
import { keyVariable, secretEntries } from '#core/judges/judge-place.ts';

/**
 * The catalogue as the shell that asks with its own keys means it: judges of OpenAI are asked at `OPENAI_BASE_URL`, where that
 * is set. A stack's judges never are: its keys are for its own places.
 */
export function withShellAddress(catalogue: Catalogue): Catalogue {
  const url = process.env.OPENAI_BASE_URL || undefined;
  if (url === undefined || catalogue.judges === undefined) return catalogue;
  const judges = catalogue.judges.map((judge) =>
    judge.provider === 'openai' && judge.url === undefined ? { ...judge, url } : judge,
  );
  return { ...catalogue, judges };
}

/** The key that the shell holds under an entry of the judges' secret; empty where it holds none. */
export function shellKey(entry: string): string {
  return process.env[keyVariable(entry)] ?? '';
}

/** The environment variables that would have to hold the keys of judges in use, and do not. */
export function missingKeys(catalogue: Catalogue): readonly string[] {
  return secretEntries(judgesInUse(catalogue))
    .filter((entry) => shellKey(entry) === '')
    .map(keyVariable);
}
