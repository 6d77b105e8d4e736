import { Command } from 'commander';

export interface RollbackOptions {
  readonly local: string;
  readonly stack?: string;
  readonly json?: boolean;
}

/** `assay rollback`: what people say to a rollback alarm. */
export function rollbackCommand(): Command {
  const command = new Command('rollback').description('Answer a rollback alarm.');
  command
    .command('clear')
    .description(
      'End a standing rollback of an SLO by hand, instead of by a new release or its own recovery.',
    )
    .argument('<slo>', 'such as chat/judge-pass')
    .option('--local <dir>', 'folder of the local run', '.assay')
    .option('--stack <name>', 'a deployed stack instead, by name')
    .option('--json', 'print JSON')
    .action(async (slo: string, options: RollbackOptions) =>
      (await import('./rollback-clear.ts')).clearStandingRollback(slo, options),
    );
  return command;
}
