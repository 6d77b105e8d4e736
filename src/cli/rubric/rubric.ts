import { Command } from 'commander';
import { type JsonOptions, jsonOption } from '../terminal/options.ts';
import type { RubricCheckOptions } from './rubric-check.ts';

/** `assay rubric`: check, make and bump rubric files. */
export function rubricCommand(): Command {
  const command = new Command('rubric').description('Check, write and version rubrics.');
  command
    .command('check')
    .description('Check every rubric file and the lock of released versions.')
    .option('--write', 'release new versions: add them to rubrics/rubrics.lock')
    .addOption(jsonOption('print faults as JSON'))
    .action(async (options: RubricCheckOptions) =>
      (await import('./rubric-check.ts')).checkRubrics(process.cwd(), options),
    );
  command
    .command('new <id>')
    .description('Write the first version of a new rubric, to be edited.')
    .addOption(jsonOption())
    .action(async (id: string, options: JsonOptions) =>
      (await import('./rubric-new.ts')).createRubric(process.cwd(), id, options),
    );
  command
    .command('bump <id>')
    .description('Copy the newest version of a rubric to the next one and retire the old.')
    .addOption(jsonOption())
    .action(async (id: string, options: JsonOptions) =>
      (await import('./rubric-bump.ts')).bumpRubric(process.cwd(), id, options),
    );
  return command;
}
