import type { Judge } from './judge.ts';

export const openAiUrl = 'https://api.openai.com/v1';

/** The host that a judge is asked at, for people. @param region the stack's own, where a judge names none */
export function judgeHost({ provider, url, region }: Judge, ownRegion = 'its region'): string {
  if (url !== undefined) return new URL(url).host;
  return provider === 'bedrock'
    ? `bedrock-runtime.${region ?? ownRegion}.amazonaws.com`
    : new URL(openAiUrl).host;
}

/** Base address of Bedrock's OpenAI form. */
export function bedrockUrl({ url }: Pick<Judge, 'url'>, region: string): string {
  return url ?? `https://bedrock-runtime.${region}.amazonaws.com/openai/v1`;
}

/** Entries of the judges' secret that judges need a key under, each once. */
export function secretEntries(judges: readonly Judge[]): readonly string[] {
  const entries = judges.flatMap(({ authorisation }) =>
    typeof authorisation === 'object' ? [authorisation.secret] : [],
  );
  return [...new Set(entries)];
}

/** The environment variable that holds an entry's key in local runs: `openai` is `OPENAI_API_KEY`. */
export function keyVariable(entry: string): string {
  return `${entry.toUpperCase().replace(/[^A-Z0-9]+/g, '_')}_API_KEY`;
}
