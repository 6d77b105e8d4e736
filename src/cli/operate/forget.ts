import { Command } from 'commander';
import { localOption, stackOption } from '../target/target-options.ts';
import { jsonOption } from '../terminal/options.ts';
import type { ForgetOptions } from './forget-delete.ts';

/** `assay forget`: takes the words of one response, or of one user's responses, out of everything that is stored. */
export function forgetCommand(): Command {
  return new Command('forget')
    .description(
      'Delete the texts of one response, or of one user. Shows what would go; --yes deletes it. Scores stay, for objectives count them.',
    )
    .option('--response <id>', 'the response')
    .option('--user <id>', 'the user, as records name them in "user"')
    .option('--scores', 'their judgements and ratings go as well')
    .option('--yes', 'delete; nothing is deleted without it')
    .addOption(localOption())
    .addOption(stackOption())
    .addOption(jsonOption())
    .action(async (options: ForgetOptions) => (await import('./forget-delete.ts')).forgetTexts(options));
}
