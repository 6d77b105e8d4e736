import { Option } from 'commander';
import { shellWord } from '#core/shell-word.ts';

/** Which Assay a command speaks to: a local run by its folder, or a deployed stack by name. */
export interface TargetOptions {
  readonly local: string;
  readonly stack?: string;
}

/** Of local runs, under the folder where a command is given. */
export const usualFolder = '.assay';

export function localOption(description = 'folder of a local run'): Option {
  return new Option('--local <dir>', description).default(usualFolder);
}

export function stackOption(description = 'a deployed stack instead, by name'): Option {
  return new Option('--stack <name>', description);
}

/** What to add to a command so that it speaks to the same target: ` --stack assay-prod`, or nothing. */
export function targetFlags({ local, stack }: TargetOptions): string {
  if (stack !== undefined) return ` --stack ${shellWord(stack)}`;
  return local === usualFolder ? '' : ` --local ${shellWord(local)}`;
}
