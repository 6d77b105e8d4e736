import type { z } from 'zod';

/**
 * The first fault of a record in words: what was wanted, what came and what to do. Shows the type and size of what
 * came, never its text.
 *
 * @param shape what the record was taken for
 * @param nameOf how a path is called in the sender's own terms; the path itself where it says nothing
 */
export function explainFault(
  error: z.ZodError,
  value: unknown,
  shape: string,
  nameOf: (path: string) => string | undefined = () => undefined,
): string {
  const { path, wanted, came } = findFault(error, value);
  const where = path === '' ? 'the record' : (nameOf(path) ?? `"${path.slice(0, 200)}"`);
  const places = new Set(error.issues.map((each) => each.path.map(String).join('.'))).size;
  const more = places > 1 ? ` (one of ${places} faults)` : '';
  return describeFault(`${where}${more}`, shape, wanted, came);
}

/** The first fault of a value: where it stands, keys by dots, what was wanted there in words, and what came. */
export function findFault(
  error: z.ZodError,
  value: unknown,
): { readonly path: string; readonly wanted: string; readonly came: unknown } {
  const issue = innermost(error.issues[0]);
  const path = issue?.path ?? [];
  const isInstant = issue?.code === 'invalid_type' && instants.has(String(path.at(-1)));
  return {
    path: path.map(String).join('.'),
    wanted: isInstant ? instantWords : wantedWords(issue),
    came: valueAt(value, path),
  };
}

/** Fields whose text is an instant: whoever sends a number there is told the form, and not the type alone. */
const instants: ReadonlySet<string> = new Set(['at', 'responseAt']);
const instantWords = 'an ISO 8601 date and time with a zone, such as 2026-11-03T09:00:00Z';

/** One fault as a sentence. */
export function describeFault(where: string, shape: string, wanted: string, came: unknown): string {
  return `${where} of a ${shape}: wanted ${wanted}, got ${describeValue(came)}. Mend what the sender writes there; docs/records.md describes every field.`;
}

/** A fault inside one branch of a union says more than the union's own. */
function innermost(issue: z.core.$ZodIssue | undefined): z.core.$ZodIssue | undefined {
  if (issue?.code !== 'invalid_union') return issue;
  const inner = issue.errors.flat().find(({ path }) => path.length > 0);
  return inner === undefined ? issue : innermost({ ...inner, path: [...issue.path, ...inner.path] });
}

const typeWords: Readonly<Record<string, string>> = {
  string: 'a string',
  number: 'a finite number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
};

function wantedWords(issue: z.core.$ZodIssue | undefined): string {
  switch (issue?.code) {
    case 'invalid_type':
      return typeWords[issue.expected] ?? issue.expected;
    case 'invalid_value':
      return issue.values.map((each) => JSON.stringify(each)).join(' or ');
    case 'invalid_union':
      return [...new Set(issue.errors.map((branch) => wantedWords(branch[0])))].join(' or ');
    case 'invalid_format':
      return issue.format === 'datetime' ? instantWords : issue.message;
    case 'too_big':
      return issue.origin === 'string'
        ? `at most ${issue.maximum} characters`
        : `${issue.maximum} at the most`;
    case 'too_small':
      return issue.origin === 'string' ? 'a string that is not empty' : `${issue.minimum} or more`;
    default:
      return 'what the schema asks for';
  }
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  let current = value;
  for (const key of path) {
    if (typeof current !== 'object' || current === null || !Object.hasOwn(current, key)) return undefined;
    current = (current as Record<PropertyKey, unknown>)[key];
  }
  return current;
}

/** The type and size of a value, and nothing of what it says. */
export function describeValue(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === 'object') return 'an object';
  if (typeof value === 'string') return `a string of ${value.length} characters`;
  if (typeof value !== 'number') return String(value);
  if (!Number.isFinite(value)) return 'a number too large to hold';
  return value < 0 ? 'a negative number' : 'a number';
}

/** Where a text stops being JSON, and nothing of the text that the engine quotes beside it. */
export function jsonFault(error: unknown): string {
  const message = String(error);
  const position = /(?:in|after) JSON at position (\d+)(?: \(line \d+ column \d+\))?$/.exec(message)?.[1];
  if (position !== undefined) return `the fault is at character ${position}`;
  return /Unexpected end of JSON input$/.test(message)
    ? 'it ends too early'
    : 'it has a character where JSON allows none';
}
