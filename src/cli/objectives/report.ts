import { Command, Option } from 'commander';
import { localOption, stackOption } from '../target/target-options.ts';
import { jsonOption } from '../terminal/options.ts';
import type { ReportOptions } from './report-write.ts';

/** `assay report`: one page that says how quality is. */
export function reportCommand(): Command {
  return new Command('report')
    .description(
      'Write one page: the four headline numbers against 7 days ago, 30-day budgets, alarms that stand.',
    )
    .addOption(localOption())
    .addOption(stackOption())
    .addOption(new Option('--format <format>', 'Markdown or HTML').choices(['md', 'html']).default('md'))
    .option('--out <file>', 'write it to a file instead of printing it')
    .addOption(jsonOption('print its content as JSON instead'))
    .action(async (options: ReportOptions) => (await import('./report-write.ts')).writeReport(options));
}
