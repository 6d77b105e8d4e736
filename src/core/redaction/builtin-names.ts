/**
 * What is known without being told, in the order in which it is looked for: what may hold another comes first. A
 * find is replaced by its name in brackets: `[email]`.
 */
export const builtinNames = [
  'url-credentials',
  'secret',
  'email',
  'iban',
  'card',
  'ssn',
  'ip',
  'phone',
] as const;

export type BuiltinName = (typeof builtinNames)[number];

export function labelOf(name: string): string {
  return `[${name}]`;
}

const anyLabel = `\\[(?:${builtinNames.join('|')})\\]`;

/**
 * Parts of expressions: not right behind a label, not right before one. What stood beside a find and was none because
 * of it does not become one when the label takes its place, so that redacting twice changes nothing.
 */
export const notAfterLabel = `(?<!${anyLabel})`;
export const notBeforeLabel = `(?!${anyLabel})`;
