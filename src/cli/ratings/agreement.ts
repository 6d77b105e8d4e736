import { Command, InvalidArgumentError } from 'commander';

/** `assay agreement`: how well the judge and people agree. */
export function agreementCommand(): Command {
  return new Command('agreement')
    .description(
      'Show how well the judge agrees with people, people among themselves, and where the judge is most wrong.',
    )
    .option('--surface <name>', 'one surface only')
    .option('--misses <number>', "the judge's worst misses to show", count, 5)
    .option('--local <dir>', 'folder of the local run', '.assay')
    .option('--stack <name>', 'a deployed stack instead, by name')
    .option('--json', 'print JSON')
    .action(async (options) => (await import('./agreement-measure.ts')).showAgreement(options));
}

function count(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0) throw new InvalidArgumentError('Wanted a whole number from 0.');
  return value;
}
