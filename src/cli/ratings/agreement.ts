import { Command } from 'commander';
import { localOption, stackOption } from '../target/target-options.ts';
import { countParser, jsonOption } from '../terminal/options.ts';
import type { AgreementOptions } from './agreement-show.ts';

/** `assay agreement`: how well the judge and people agree. */
export function agreementCommand(): Command {
  return new Command('agreement')
    .description(
      'Show how well the judge agrees with people, people among themselves, and where the judge is most wrong.',
    )
    .option('--surface <name>', 'one surface only')
    .option('--misses <number>', "the judge's worst misses to show", countParser(0), 5)
    .addOption(localOption())
    .addOption(stackOption())
    .addOption(jsonOption())
    .action(async (options: AgreementOptions) =>
      (await import('./agreement-show.ts')).showAgreement(options),
    );
}
