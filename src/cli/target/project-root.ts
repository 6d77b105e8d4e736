import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { Command } from 'commander';
import { CliError } from '../terminal/cli-error.ts';

/** The nearest folder upwards that holds `slos/` and `rubrics/`; undefined where there is none. */
export function findProject(folder: string): string | undefined {
  const holds = ['slos', 'rubrics'].every((name) => existsSync(join(folder, name)));
  if (holds) return folder;
  const parent = dirname(folder);
  return parent === folder ? undefined : findProject(parent);
}

/** Commands that read the project's files; those that speak to a stack read the stack's own. */
const readers = ['run', 'demo', 'rubric', 'judge', 'slo', 'explain', 'cost'];

/** @throws CliError where a command wants the project's files, and neither `slos/` nor `rubrics/` is there */
function requireFiles(command: Command, folder: string): void {
  const family = command.parent?.parent == null ? command : command.parent;
  const isNone = !['slos', 'rubrics'].some((name) => existsSync(join(folder, name)));
  if (isNone && readers.includes(family.name()) && command.getOptionValue('stack') === undefined)
    throw new CliError(
      'No project is here: neither this folder nor one above it holds slos/ and rubrics/. Give the command in the checkout of Assay, or below it.',
    );
}

/** Placeholders of options and arguments that name files. */
const pathNames = /^(file|files|dir|folder)$/;

/**
 * Works in the project's folder where a command is given in one below it. Paths that were given stay what they are from
 * there.
 *
 * @param command that is about to run, its options read
 */
export function enterProject(command: Command, given = process.cwd()): void {
  const root = findProject(given);
  if (root === undefined) requireFiles(command, given);
  if (root === undefined || root === given) return;
  for (const option of command.options) {
    const name = option.attributeName();
    const value: unknown = command.getOptionValue(name);
    if (command.getOptionValueSource(name) !== 'cli' || typeof value !== 'string') continue;
    const placeholder = /[<[]([a-z]+)[>\]]/.exec(option.flags)?.[1] ?? '';
    if (pathNames.test(placeholder)) command.setOptionValue(name, resolve(given, value));
    else if (value.startsWith('recorded:'))
      command.setOptionValue(name, `recorded:${resolve(given, value.slice('recorded:'.length))}`);
  }
  for (const [index, argument] of command.registeredArguments.entries()) {
    const value: unknown = command.processedArgs[index];
    if (pathNames.test(argument.name()) && typeof value === 'string')
      command.processedArgs[index] = resolve(given, value);
  }
  process.chdir(root);
}
