import { Command, InvalidArgumentError } from 'commander';
import { localOption, stackOption } from '../target/target-options.ts';
import { jsonOption } from '../terminal/options.ts';
import type { GateOptions } from './gate-check.ts';

/** `assay gate`: whether a deployment may go on. */
export function gateCommand(): Command {
  return new Command('gate')
    .description(
      'Stop a deployment while a tier is in trouble. Ends with 0 where its SLOs are in order, 1 where one is in alarm or out of budget, 2 where nothing can tell.',
    )
    .requiredOption('--tier <tier>', '1 (revenue-critical), 2 or 3', parseTier)
    .addOption(localOption())
    .addOption(stackOption())
    .addOption(jsonOption())
    .action(async (options: GateOptions) => (await import('./gate-check.ts')).checkGate(options));
}

function parseTier(text: string): GateOptions['tier'] {
  if (text === '1') return 1;
  if (text === '2') return 2;
  if (text === '3') return 3;
  throw new InvalidArgumentError('Wanted 1, 2 or 3.');
}
