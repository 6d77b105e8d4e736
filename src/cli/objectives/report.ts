import { Command, Option } from 'commander';

export interface ReportOptions {
  readonly local: string;
  readonly stack?: string;
  readonly format: 'md' | 'html';
  readonly out?: string;
  readonly json?: boolean;
}

/** `assay report`: one page that says how quality is. */
export function reportCommand(): Command {
  return new Command('report')
    .description(
      'Write one page: the four headline numbers against 7 days ago, 30-day budgets, alarms that stand.',
    )
    .option('--local <dir>', 'folder of a local run', '.assay')
    .option('--stack <name>', 'a deployed stack instead, by name')
    .addOption(new Option('--format <format>', 'Markdown or HTML').choices(['md', 'html']).default('md'))
    .option('--out <file>', 'write it to a file instead of printing it')
    .option('--json', 'print its content as JSON instead')
    .action(async (options: ReportOptions) => (await import('./report-write.ts')).writeReport(options));
}
