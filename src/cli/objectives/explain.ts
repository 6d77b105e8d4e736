import { Command, InvalidArgumentError } from 'commander';
import { jsonOption, parseShare } from '../terminal/options.ts';
import type { ExplainOptions } from './explain-show.ts';

/** `assay explain`: what an SLO's alarms amount to. */
export function explainCommand(): Command {
  return new Command('explain')
    .description(
      'Tell what an SLO asks for and what each of its alarms amounts to, from the files alone; or what a word of the glossary means.',
    )
    .argument(
      '<slo>',
      'such as chat/judge-pass, or judge-pass where one surface has it; or a word of the glossary, such as evidence',
    )
    .option(
      '--per-day <events>',
      "events of this SLI a day, instead of what the surface's file expects",
      parseEvents,
    )
    .option(
      '--ratings <count>',
      "for a judge's SLO: size of the rating batch that is supposed",
      parseRatings,
      200,
    )
    .option(
      '--bad <share>',
      'bad share whose chance to fire within a day is told, such as 0.12 (default: 2.5 times the budget)',
      parseShare,
    )
    .addOption(jsonOption())
    .action(async (name: string, options: ExplainOptions) =>
      (await import('./explain-show.ts')).showExplanation(name, options),
    );
}

function parseEvents(text: string): number {
  const value = Number(text);
  if (!(value > 0 && value <= 1e9))
    throw new InvalidArgumentError('Wanted a number of events over 0, such as 5000.');
  return value;
}

function parseRatings(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 20 || value > 100_000)
    throw new InvalidArgumentError('Wanted a whole number of ratings from 20, such as 200.');
  return value;
}
