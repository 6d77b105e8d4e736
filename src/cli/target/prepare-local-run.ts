import type { Command } from 'commander';
import { prepareServers } from '#local/servers/servers.ts';
import { readHolder } from '#local/session/holder.ts';
import { holdsRun } from './local-run.ts';
import type { TargetOptions } from './target-options.ts';

/** Of a command that is about to open a local run that nobody serves: its servers start while the command is being loaded. */
export async function prepareLocalRun(command: Command): Promise<void> {
  const { local, stack } = command.opts<Partial<TargetOptions>>();
  const choosesTarget = command.options.some(({ long }) => long === '--stack');
  if (!choosesTarget || local === undefined || stack !== undefined) return;
  if ((await holdsRun(local)) && (await readHolder(local)) === undefined) prepareServers();
}
