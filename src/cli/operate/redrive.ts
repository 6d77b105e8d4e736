import { Command, InvalidArgumentError } from 'commander';
import { localOption, stackOption } from '../target/target-options.ts';
import { jsonOption } from '../terminal/options.ts';
import type { ParkedQueue, RedriveOptions } from './redrive-messages.ts';

/** `assay redrive rejected|judge`: puts parked messages back into work. */
export function redriveCommand(): Command {
  return new Command('redrive')
    .description('Put rejected records, or judgements from the dead-letter queue, back into work.')
    .argument('<queue>', 'rejected or judge', parseQueue)
    .addOption(localOption())
    .addOption(stackOption())
    .option('--limit <count>', 'at most so many messages', Number)
    .addOption(jsonOption())
    .action(async (queue: ParkedQueue, options: RedriveOptions) =>
      (await import('./redrive-messages.ts')).redrive(queue, options),
    );
}

function parseQueue(text: string): ParkedQueue {
  if (text === 'rejected' || text === 'judge') return text;
  throw new InvalidArgumentError('Wanted rejected or judge.');
}
