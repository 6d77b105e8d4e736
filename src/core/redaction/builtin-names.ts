/**
 * What is known without being told, in the order in which it is looked for: what may hold another comes first. A
 * find is replaced by its name in brackets: `[email]`.
 */
export const builtinNames = [
  'url-credentials',
  'secret',
  'password',
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

/**
 * Stands in a view for what is hidden already, unit by unit. It is no letter, digit, space or sign: nothing begins or ends
 * beside it, and words before it say nothing about what comes after. So redacting twice finds nothing more.
 */
export const hidden = '\ue000';
