import { Command } from 'commander';

export interface IncidentOptions {
  readonly local: string;
  readonly stack?: string;
  readonly json?: boolean;
}

export interface AddIncidentOptions extends IncidentOptions {
  readonly provider: string;
  readonly from: string;
  readonly to?: string;
  readonly note: string;
}

/** `assay incident`: providers' incidents, tracked and drawn, not budgeted. */
export function incidentCommand(): Command {
  const command = new Command('incident').description(
    "Note a provider's incidents: they are drawn beside the numbers and change no budget.",
  );
  placed(
    command.command('add').description('Note an incident. The same provider and start again replace it.'),
  )
    .requiredOption('--provider <name>', 'whose it was')
    .requiredOption('--from <instant>', 'when it began, such as 2026-11-03T09:15:00Z')
    .option('--to <instant>', 'when it ended; leave it out while it goes on')
    .requiredOption('--note <text>', 'what happened, and where to read on')
    .action(async (options: AddIncidentOptions) =>
      (await import('./incident-notes.ts')).noteIncident(options),
    );
  placed(command.command('list').description('Show the incidents that were noted.')).action(
    async (options: IncidentOptions) => (await import('./incident-notes.ts')).listIncidents(options),
  );
  return command;
}

function placed(command: Command): Command {
  return command
    .option('--local <dir>', 'folder of the local run', '.assay')
    .option('--stack <name>', 'a deployed stack instead, by name')
    .option('--json', 'print JSON');
}
