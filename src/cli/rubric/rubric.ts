import { Command } from 'commander';

/** `assay rubric`: check, make and bump rubric files. */
export function rubricCommand(): Command {
  const command = new Command('rubric').description('Check, write and version rubrics.');
  command
    .command('check')
    .description('Check every rubric file and the lock of released versions.')
    .option('--write', 'release new versions: add them to rubrics/rubrics.lock')
    .option('--json', 'print faults as JSON')
    .action(async (options: { write?: boolean; json?: boolean }) =>
      (await import('./rubric-files.ts')).checkRubrics(process.cwd(), options),
    );
  command
    .command('new <id>')
    .description('Write the first version of a new rubric, to be edited.')
    .option('--json', 'print JSON')
    .action(async (id: string, options: { json?: boolean }) =>
      (await import('./rubric-files.ts')).newRubric(process.cwd(), id, options),
    );
  command
    .command('bump <id>')
    .description('Copy the newest version of a rubric to the next one and retire the old.')
    .option('--json', 'print JSON')
    .action(async (id: string, options: { json?: boolean }) =>
      (await import('./rubric-files.ts')).bumpRubric(process.cwd(), id, options),
    );
  return command;
}
