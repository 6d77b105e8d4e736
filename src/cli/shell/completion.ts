import { Argument, Command } from 'commander';
import { completionScript, shells } from './completion-script.ts';

/** `assay completion`: what a shell needs to complete commands and options. */
export function completionCommand(): Command {
  return new Command('completion')
    .description('Print what a shell completes commands and options by.')
    .addArgument(new Argument('<shell>', 'the shell').choices(shells))
    .addHelpText(
      'after',
      '\nExamples:\n  source <(npx assay completion bash)\n  npx assay completion fish > ~/.config/fish/completions/assay.fish\nIt completes the word "assay": in a checkout, alias assay="npx assay".',
    )
    .action((shell: (typeof shells)[number], _options: unknown, command: Command) => {
      const program = command.parent ?? command;
      console.log(completionScript(program, shell));
    });
}
