import { Command } from 'commander';
import { localOption, stackOption } from '../target/target-options.ts';
import { countParser, type JsonOptions, jsonOption } from '../terminal/options.ts';
import type { BumpOptions } from './rubric-bump.ts';
import type { RubricCheckOptions } from './rubric-check.ts';
import type { CompareOptions } from './rubric-compare.ts';
import type { PromoteOptions } from './rubric-promote.ts';

/** `assay rubric`: check, make, bump, compare and promote rubric files. */
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
    .description(
      'Write the first version of a new rubric, to be edited. An id is small letters, digits and hyphens.',
    )
    .addOption(jsonOption())
    .action(async (id: string, options: JsonOptions) =>
      (await import('./rubric-new.ts')).createRubric(process.cwd(), id, options),
    );
  command
    .command('bump <id>')
    .description('Copy the newest version of a rubric to the next one and retire the old.')
    .option('--shadow', 'leave the old version as it is, and let the new one judge beside it')
    .addOption(jsonOption())
    .action(async (id: string, options: BumpOptions) =>
      (await import('./rubric-bump.ts')).bumpRubric(process.cwd(), id, options),
    );
  command
    .command('compare <old> <new>')
    .description(
      'Have a version judge what people rated under an older one, and compare the two. Says the price first and asks.',
    )
    .option('--surface <surface>', 'one surface only')
    .option('--limit <count>', 'so many responses at most', countParser(1))
    .option('--judge <judge>', 'in a local run, who answers for the new version: as in "assay run"')
    .option('--texts', 'with the answers where the two part most')
    .option('--yes', 'ask the judge without a question')
    .addOption(localOption())
    .addOption(stackOption())
    .addOption(jsonOption())
    .action(async (older: string, newer: string, options: CompareOptions) =>
      (await import('./rubric-compare.ts')).compareVersions(older, newer, options),
    );
  command
    .command('promote <version>')
    .description(
      'Make a released version the active one of its rubric, retire the former, and say what changes.',
    )
    .addOption(localOption('folder of a local run, where there is one'))
    .addOption(stackOption())
    .addOption(jsonOption())
    .action(async (version: string, options: PromoteOptions) =>
      (await import('./rubric-promote.ts')).promoteVersion(process.cwd(), version, options),
    );
  return command;
}
