import { Command } from 'commander';
import { type JsonOptions, jsonOption } from '../terminal/options.ts';

/** `assay judge`: look at the judges file, and try a judge. */
export function judgeCommand(): Command {
  const command = new Command('judge').description('Check the judges that rubrics may name, and try one.');
  command
    .command('check')
    .description("Check rubrics/judges.yaml: its faults, its prices' age, and which rubrics ask each judge.")
    .addOption(jsonOption())
    .action(async (options: JsonOptions) =>
      (await import('./judge-check.ts')).checkJudgesFile(process.cwd(), options),
    );
  command
    .command('try <name>')
    .description(
      'Make one real call to a judge about one sentence: what is asked, in which form, the most it can cost; then what came.',
    )
    .addOption(jsonOption())
    .action(async (name: string, options: JsonOptions) =>
      (await import('./judge-try.ts')).tryJudge(process.cwd(), name, options),
    );
  return command;
}
