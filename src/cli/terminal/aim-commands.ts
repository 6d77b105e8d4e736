/** Where the commands that this one tells are to go. */
export interface Aim {
  /** ` --local DIR`, ` --stack NAME`, or nothing. */
  readonly flags: string;
  /** Commands that may be aimed: `status`, `ratings draw`. */
  readonly paths: ReadonlySet<string>;
}

/**
 * A text whose commands speak to the same run or stack as the one that tells them: `npx assay status` becomes
 * `npx assay status --local DIR`. One that says already where it goes stays as it is.
 */
export function aimCommands(text: string, { flags, paths }: Aim): string {
  if (flags === '') return text;
  // What was folded already may have an end of line between its words.
  return text.replace(
    /\bassay\s+([a-z]+(?:-[a-z]+)*)(\s+[a-z]+(?:-[a-z]+)*)?(?=([^"`\n]*))/g,
    (told, first: string, second = '', rest: string) => {
      if (/ --(local|stack)\b/.test(rest)) return told;
      if (paths.has(`${first} ${second.trim()}`)) return `${told}${flags}`;
      return paths.has(first) ? `${told.slice(0, told.length - second.length)}${flags}${second}` : told;
    },
  );
}
