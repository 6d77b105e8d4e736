import { Command } from 'commander';
import { localOption, stackOption } from '../target/target-options.ts';
import { jsonOption } from '../terminal/options.ts';
import type { PostmortemOptions } from './postmortem-write.ts';

/** `assay postmortem`: what is known of an incident, in files for people to go on from. */
export function postmortemCommand(): Command {
  return new Command('postmortem')
    .description(
      'Write what is known of an incident into a folder: postmortem.md, series.csv, verdicts.csv and data.json.',
    )
    .argument('<slo>', 'such as chat/judge-pass, or judge-pass where one surface has it')
    .requiredOption('--from <instant>', 'when it began or a little earlier, such as 2026-11-03T09:15:00Z')
    .requiredOption('--to <instant>', 'when it was over, or until when to look')
    .option('--surface <name>', 'the surface, where several have an SLO of this id')
    .option('--out <dir>', 'the folder; else postmortem-<slo>-<from>/')
    .option('--force', 'replace the files in a folder that is there')
    .addOption(localOption())
    .addOption(stackOption())
    .addOption(jsonOption('print data.json as well (docs/triage.md)'))
    .action(async (slo: string, options: PostmortemOptions) =>
      (await import('./postmortem-write.ts')).writePostmortem(slo, options),
    );
}
