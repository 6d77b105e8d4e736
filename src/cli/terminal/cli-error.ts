import { oneLine } from './text.ts';

/** A failure that the user can mend; its message is all that is shown. */
export class CliError extends Error {
  override readonly name = 'CliError';
}

/** What to say of an error that AWS or its SDK gave; undefined of any other. */
export function describeAwsFailure(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const isAws =
    '$metadata' in error ||
    error.name === 'CredentialsProviderError' ||
    error.message === 'Region is missing';
  return isAws
    ? `AWS could not be asked: ${oneLine(error.message, 300)}. Are credentials and AWS_REGION of the right account set? "npx assay doctor --stack NAME" tells what is missing.`
    : undefined;
}
