import { Command } from 'commander';
import { localOption, stackOption } from '../target/target-options.ts';
import { jsonOption } from '../terminal/options.ts';
import type { RollbackOptions } from './rollback-clear.ts';

/** `assay rollback`: what people answer to a rollback alarm. */
export function rollbackCommand(): Command {
  const command = new Command('rollback').description('Answer a rollback alarm.');
  command
    .command('clear')
    .description(
      'End a standing rollback of an SLO by hand, instead of by a new release or its own recovery.',
    )
    .argument('<slo>', 'such as chat/judge-pass')
    .addOption(localOption())
    .addOption(stackOption())
    .addOption(jsonOption())
    .action(async (slo: string, options: RollbackOptions) =>
      (await import('./rollback-clear.ts')).clearStandingRollback(slo, options),
    );
  return command;
}
