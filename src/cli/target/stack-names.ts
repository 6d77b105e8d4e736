import { CliError } from '../terminal/cli-error.ts';
import { oneLine } from '../terminal/text.ts';

/** What CloudFormation takes as a stack's name. */
const stackForm = /^[A-Za-z][A-Za-z0-9-]{0,127}$/;

/** @throws CliError where it is no stack's name */
export function requireStackName(stack: string): string {
  if (stackForm.test(stack)) return stack;
  throw new CliError(
    `--stack: wanted the name of a CloudFormation stack such as assay-prod, got "${oneLine(stack)}".`,
  );
}

/** The stage that a stack's name carries: `prod` of `assay-prod`. */
export function stageOf(stack: string): string {
  return stack.replace(/^assay-/, '');
}

/**
 * The physical name of a stack's resource among others: stack, logical id (its 8 hexadecimal digits included), and a word
 * of chance. Of another stack whose name begins alike it is none, nor of a resource whose logical id does.
 *
 * @param part the logical id without its digits, such as `StorageSeriesTable`
 * @param kind what it is, for the message
 * @throws CliError where there is none
 */
export function findStackResource(
  stack: string,
  part: string,
  kind: string,
  names: readonly string[],
): string {
  const start = `${stack}-${part}`;
  const found = names.find(
    (name) => name.startsWith(start) && /^[0-9A-Fa-f]{8}-/.test(name.slice(start.length)),
  );
  if (found !== undefined) return found;
  throw new CliError(
    `The account and region of your AWS credentials have no ${kind} "${stack}-${part}…". Is "${stack}" the name of an Assay stack there?`,
  );
}
