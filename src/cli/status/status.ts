import { Command } from 'commander';

export interface StatusOptions {
  readonly local: string;
  readonly stack?: string;
  readonly json?: boolean;
}

/** `assay status`: how a local run or a deployed stack is. */
export function statusCommand(): Command {
  return new Command('status')
    .description(
      'Show what fires, where every record and judgement is, the SLOs, calibrations, anchors and spending.',
    )
    .option('--local <dir>', 'folder of the run', '.assay')
    .option('--stack <name>', 'a deployed stack instead, by name')
    .option('--json', 'print JSON')
    .action(async (options: StatusOptions) => (await import('./status-show.ts')).showStatus(options));
}
