import { Command, InvalidArgumentError } from 'commander';

export interface GateOptions {
  readonly tier: 1 | 2 | 3;
  readonly local: string;
  readonly stack?: string;
  readonly json?: boolean;
}

/** `assay gate`: whether a deployment may go on. */
export function gateCommand(): Command {
  return new Command('gate')
    .description(
      'Stop a deployment while a tier is in trouble. Ends with 0 where its SLOs are in order, 1 where one is in alarm or out of budget, 2 where nothing can tell.',
    )
    .requiredOption('--tier <tier>', '1 (revenue-critical), 2 or 3', tier)
    .option('--local <dir>', 'folder of a local run', '.assay')
    .option('--stack <name>', 'a deployed stack instead, by name')
    .option('--json', 'print JSON')
    .action(async (options: GateOptions) => (await import('./gate-check.ts')).checkGate(options));
}

function tier(text: string): 1 | 2 | 3 {
  if (text === '1') return 1;
  if (text === '2') return 2;
  if (text === '3') return 3;
  throw new InvalidArgumentError('Wanted 1, 2 or 3.');
}
