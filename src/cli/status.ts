import { Command } from 'commander';

/** `assay status`: the balance of a local run. */
export function statusCommand(): Command {
  return new Command('status')
    .description(
      'Show the balance of a local run: records, judgements, queues, objectives, alarms, spending.',
    )
    .option('--local <dir>', 'folder of the run', '.assay')
    .option('--json', 'print JSON')
    .action(async (options: { local: string; json?: boolean }) =>
      (await import('./show-status.ts')).showStatus(options),
    );
}
