import { oneLine } from './text.ts';

/** With what a command ends; a table in docs/commands.md tells it to users. */
export const exitCode = {
  fine: 0,
  /** The answer is no: an alarm, a fault in a file, nothing that could be read. */
  no: 1,
  /** Usage or environment, or nothing can tell. */
  unusable: 2,
} as const;

/** A failure that the user can mend; its message is all that is shown. Of how the command was given, or of its surroundings. */
export class CliError extends Error {
  override readonly name: string = 'CliError';
  readonly exitCode: number = exitCode.unusable;
}

/** What a file holds is at fault. */
export class FileFaultError extends CliError {
  override readonly name = 'FileFaultError';
  override readonly exitCode = exitCode.no;
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

const fileFaults: Readonly<Record<string, string>> = {
  EACCES: 'this user may not',
  EPERM: 'this user may not',
  EROFS: 'the disk is read-only',
  EISDIR: 'it is a folder',
  ENOTDIR: 'a part of the path is no folder',
  ENOENT: 'there is no such place',
  ENAMETOOLONG: 'the name is too long',
  EMFILE: 'this process has too many files open',
  EBUSY: 'another program uses it',
  EIO: 'the disk failed',
  EEXIST: 'something of that name is there already',
  ELOOP: 'its links lead in a circle',
  ENOTEMPTY: 'the folder is not empty',
  EXDEV: 'it is on another disk',
  EDQUOT: "this user's share of the disk is used up",
  EFBIG: 'the file is too large for the disk',
};

/** What a system says of others is not told: what it means differs. */
const otherFault = 'the system refuses it';

const readingCalls: ReadonlySet<string> = new Set(['read', 'stat', 'lstat', 'access', 'scandir']);

/** What to say of a file or folder that could not be used; undefined of any other error. */
export function describeFileFailure(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const { code = '', path, syscall = '' } = error as NodeJS.ErrnoException;
  // Whatever has a path is of a file: a connection has an address.
  const why = fileFaults[code] ?? (path === undefined ? undefined : otherFault);
  if (why === undefined || syscall === '' || syscall.startsWith('spawn')) return undefined;
  const done = readingCalls.has(syscall) ? 'read' : syscall === 'open' ? 'opened' : 'written';
  return `${path === undefined ? 'A file' : oneLine(path, 300)} cannot be ${done}: ${why} (${code}). Mend that, or name another place (--local DIR for the state of a run).`;
}
