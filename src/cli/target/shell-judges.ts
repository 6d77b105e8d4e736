import type { Catalogue } from '#core/catalogue/catalogue.ts';

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
