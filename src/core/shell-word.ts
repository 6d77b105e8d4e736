/**
 * A text as one word of a command that is told to somebody: as it is where a shell takes it so, else in single quotes, in which
 * POSIX shells leave everything alone. A name that others chose cannot become more than a name.
 */
export function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) && !text.startsWith('-') ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
