/**
 * An unexpected error for the log, in one line. JSON's own errors quote what could not be read, which may be a stored
 * text; of those only the kind is said.
 */
export function describeError(error: unknown): string {
  if (error instanceof SyntaxError) return 'SyntaxError: an answer that is not JSON';
  return String(error).split('\n')[0] ?? '';
}
