import type { Severity } from '#core/names.ts';

/** ANSI codes, by what a word says. */
const codes: Readonly<Record<Severity | 'blocked' | 'ok', string>> = {
  rollback: '1;31',
  page: '1;31',
  blocked: '1;31',
  ticket: '33',
  digest: '36',
  ok: '32',
};

/**
 * Whether the terminal takes colours and nobody has said that he wants none (https://no-color.org, `--no-color`,
 * TERM=dumb).
 */
export function hasColors(
  environment: NodeJS.ProcessEnv = process.env,
  stream: { readonly isTTY?: boolean } = process.stdout,
): boolean {
  if ((environment.NO_COLOR ?? '') !== '' || environment.TERM === 'dumb') return false;
  return stream.isTTY === true;
}

/** A word in the colour of what it says; as it is where the terminal takes none. */
export function paint(word: string, as: keyof typeof codes, colors = hasColors()): string {
  return colors ? `\u001b[${codes[as]}m${word}\u001b[0m` : word;
}
