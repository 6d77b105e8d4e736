import { Command } from 'commander';
import { localOption, stackOption } from '../target/target-options.ts';
import { jsonOption } from '../terminal/options.ts';
import type { AddIncidentOptions, IncidentOptions } from './incident-notes.ts';

/** `assay incident`: providers' incidents, tracked and drawn, not budgeted. */
export function incidentCommand(): Command {
  const command = new Command('incident').description(
    "Note a provider's incidents: they are drawn beside the numbers and change no budget.",
  );
  command
    .command('add')
    .description('Note an incident. The same provider and start again replace it.')
    .addOption(localOption())
    .addOption(stackOption())
    .addOption(jsonOption())
    .requiredOption('--provider <name>', 'whose it was')
    .requiredOption('--from <instant>', 'when it began, such as 2026-11-03T09:15:00Z')
    .option('--to <instant>', 'when it ended; leave it out while it goes on')
    .requiredOption('--note <text>', 'what happened, and where to read on')
    .action(async (options: AddIncidentOptions) =>
      (await import('./incident-notes.ts')).noteIncident(options),
    );
  command
    .command('list')
    .description('Show the incidents that were noted.')
    .addOption(localOption())
    .addOption(stackOption())
    .addOption(jsonOption())
    .action(async (options: IncidentOptions) => (await import('./incident-notes.ts')).listIncidents(options));
  return command;
}
