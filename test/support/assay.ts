import { execFile } from 'node:child_process';
import { resolve } from 'node:path';

export interface CommandResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the `assay` command in a folder, as a user does. */
export function assay(folder: string, ...args: readonly string[]): Promise<CommandResult> {
  return assayWith({}, folder, ...args);
}

/** The same with other variables of the environment. */
export function assayWith(
  environment: Readonly<Record<string, string>>,
  folder: string,
  ...args: readonly string[]
): Promise<CommandResult> {
  return new Promise((done) => {
    execFile(
      process.execPath,
      [resolve('bin/assay.js'), ...args],
      { cwd: folder, env: { ...process.env, ...environment } },
      (error, stdout, stderr) => {
        done({ code: typeof error?.code === 'number' ? error.code : error === null ? 0 : 1, stdout, stderr });
      },
    );
  });
}
