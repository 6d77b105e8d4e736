import { access } from 'node:fs/promises';
import { join } from 'node:path';
import type { Command } from 'commander';
import { prepareServers } from '#local/servers/servers.ts';
import { readHolder } from '#local/session/holder.ts';
import type { TargetOptions } from './target-options.ts';

/** Of a command that is about to open a local run that nobody serves: its servers start while the command is being loaded. */
export async function prepareLocalRun(command: Command): Promise<void> {
  const { local, stack } = command.opts<Partial<TargetOptions>>();
  const choosesTarget = command.options.some(({ long }) => long === '--stack');
  if (!choosesTarget || local === undefined || stack !== undefined) return;
  const isLeft = await access(join(local, 'session.json')).then(
    () => true,
    () => false,
  );
  if (isLeft && (await readHolder(local)) === undefined) prepareServers();
}
