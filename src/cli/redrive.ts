import { Command } from 'commander';

export function redriveCommand(): Command {
  return new Command('redrive');
}
