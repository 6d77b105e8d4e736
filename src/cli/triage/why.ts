import { Command, InvalidArgumentError } from 'commander';

export interface WhyOptions {
  readonly surface?: string;
  readonly local: string;
  readonly stack?: string;
  readonly at?: string;
  readonly days?: number;
  readonly worst: number;
  readonly json?: boolean;
}

/** `assay why`: when an SLO's fall began, and what carries it. */
export function whyCommand(): Command {
  return new Command('why')
    .description(
      "Tell when an SLO began to fall, which releases, models, cohorts and criteria carry it, what changed near the start, and the worst verdicts with the judge's reasons.",
    )
    .argument('<slo>', 'such as chat/judge-pass, or judge-pass where one surface has it')
    .option('--surface <name>', 'the surface, where several have an SLO of this id')
    .option('--local <dir>', 'folder of a local run', '.assay')
    .option('--stack <name>', 'a deployed stack instead, by name')
    .option(
      '--at <instant>',
      "look back from here, such as 2026-11-03T09:15:00Z; else from a local run's last evaluation, or now",
    )
    .option(
      '--days <days>',
      "how far back to look; else twice the SLO's window, 3 to 14 days, and farther while nothing is found",
      days,
    )
    .option('--worst <count>', 'how many of the worst verdicts to show', count, 5)
    .option('--json', 'print JSON (docs/triage.md)')
    .action(async (slo: string, options: WhyOptions) =>
      (await import('./why-slo.ts')).explainFall(slo, options),
    );
}

function days(text: string): number {
  const value = Number(text);
  if (!(value > 0 && value <= 60))
    throw new InvalidArgumentError('Wanted a number of days up to 60, such as 7.');
  return value;
}

function count(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0 || value > 100)
    throw new InvalidArgumentError('Wanted a whole number from 0 to 100.');
  return value;
}
