import { Command, InvalidArgumentError } from 'commander';

/** `assay redrive rejected|judge`: puts parked messages back into work. */
export function redriveCommand(): Command {
  return new Command('redrive')
    .description('Put rejected records, or judgements from the dead-letter queue, back into work.')
    .argument('<queue>', 'rejected or judge', (text) => {
      if (text !== 'rejected' && text !== 'judge')
        throw new InvalidArgumentError('Wanted rejected or judge.');
      return text;
    })
    .option('--local <dir>', 'folder of the local run', '.assay')
    .option('--stack <name>', 'a deployed stack instead, by name')
    .option('--limit <count>', 'at most so many messages', Number)
    .option('--json', 'print JSON')
    .action(async (queue: 'rejected' | 'judge', options) =>
      (await import('./redrive-messages.ts')).redrive(queue, options),
    );
}
