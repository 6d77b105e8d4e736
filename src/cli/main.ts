import { Command, CommanderError } from 'commander';
import { agreementCommand } from './agreement.ts';
import { backtestCommand } from './backtest.ts';
import { calibrationCommand } from './calibration.ts';
import { costCommand } from './cost.ts';
import { demoCommand } from './demo.ts';
import { doctorCommand } from './doctor.ts';
import { explainCommand } from './explain.ts';
import { forgetCommand } from './forget.ts';
import { gateCommand } from './gate.ts';
import { incidentCommand } from './incident.ts';
import { CliError, sayAwsFailure } from './output.ts';
import { postmortemCommand } from './postmortem.ts';
import { powerCommand } from './power.ts';
import { ratingsCommand } from './ratings.ts';
import { redriveCommand } from './redrive.ts';
import { reportCommand } from './report.ts';
import { rollbackCommand } from './rollback.ts';
import { rubricCommand } from './rubric.ts';
import { runCommand } from './run.ts';
import { schemasCommand } from './schemas.ts';
import { sloCommand } from './slo.ts';
import { statusCommand } from './status.ts';
import { whyCommand } from './why.ts';

/** The `assay` command. Each subcommand stands in a file of its own and loads what it needs when it runs. */
export function createProgram(): Command {
  const program = new Command('assay')
    .description('Samples LLM responses, has a judge score them, and alarms when quality is really missed.')
    .showHelpAfterError('(run with --help for all options)')
    .exitOverride();
  for (const command of [
    runCommand(),
    demoCommand(),
    statusCommand(),
    doctorCommand(),
    costCommand(),
    rubricCommand(),
    sloCommand(),
    schemasCommand(),
    redriveCommand(),
    forgetCommand(),
    backtestCommand(),
    explainCommand(),
    whyCommand(),
    postmortemCommand(),
    gateCommand(),
    reportCommand(),
    rollbackCommand(),
    incidentCommand(),
    ratingsCommand(),
    powerCommand(),
    calibrationCommand(),
    agreementCommand(),
  ])
    program.addCommand(command);
  for (const command of [
    program,
    ...program.commands,
    ...program.commands.flatMap(({ commands }) => commands),
  ])
    command.exitOverride();
  return program;
}

/** @returns the exit code */
export async function main(args: readonly string[]): Promise<number> {
  const program = createProgram();
  try {
    await program.parseAsync([...args], { from: 'user' });
    return typeof process.exitCode === 'number' ? process.exitCode : 0;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode;
    if (error instanceof CliError) {
      console.error(error.message);
      return 1;
    }
    const failure = sayAwsFailure(error);
    if (failure === undefined) throw error;
    console.error(failure);
    return 1;
  }
}
