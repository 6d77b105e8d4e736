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
