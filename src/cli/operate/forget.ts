import { Command } from 'commander';

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
    .option('--local <dir>', 'folder of the local run', '.assay')
    .option('--stack <name>', 'a deployed stack instead, by name')
    .option('--json', 'print JSON')
    .action(async (options) => (await import('./forget-traces.ts')).forgetTexts(options));
}
