import { Command, InvalidArgumentError } from 'commander';
import { localOption, stackOption } from '../target/target-options.ts';
import { countParser, jsonOption } from '../terminal/options.ts';
import type { WhyOptions } from './why-show.ts';

/** `assay why`: when an SLO's fall began, and what carries it. */
export function whyCommand(): Command {
  return new Command('why')
    .description(
      "Tell when an SLO began to fall, which releases, models, cohorts and criteria carry it, what changed near the start, and the worst verdicts with the judge's reasons.",
    )
    .argument('<slo>', 'such as chat/judge-pass, or judge-pass where one surface has it')
    .option('--surface <name>', 'the surface, where several have an SLO of this id')
    .addOption(localOption())
    .addOption(stackOption())
    .option(
      '--at <instant>',
      "look back from here, such as 2026-11-03T09:15:00Z; else from a local run's last evaluation, or now",
    )
    .option(
      '--days <days>',
      "how far back to look; else twice the SLO's window, 3 to 14 days, and farther while nothing is found",
      parseDays,
    )
    .option('--worst <count>', 'how many of the worst verdicts to show', countParser(0, 100), 5)
    .addOption(jsonOption('print JSON (docs/triage.md)'))
    .action(async (slo: string, options: WhyOptions) =>
      (await import('./why-show.ts')).explainFall(slo, options),
    );
}

function parseDays(text: string): number {
  const value = Number(text);
  if (!(value > 0 && value <= 60))
    throw new InvalidArgumentError('Wanted a number of days up to 60, such as 7.');
  return value;
}
