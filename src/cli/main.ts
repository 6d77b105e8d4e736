import { Command, CommanderError } from 'commander';
import { TextFileError } from '#adapters/files/text-lines.ts';
import { describeNoRoomAtAll, isNoRoom } from '#local/disk-faults.ts';
import { costCommand } from './cost/cost.ts';
import { doctorCommand } from './doctor/doctor.ts';
import { judgeCommand } from './judge/judge.ts';
import { backtestCommand } from './objectives/backtest.ts';
import { explainCommand } from './objectives/explain.ts';
import { gateCommand } from './objectives/gate.ts';
import { reportCommand } from './objectives/report.ts';
import { sloCommand } from './objectives/slo.ts';
import { forgetCommand } from './operate/forget.ts';
import { redriveCommand } from './operate/redrive.ts';
import { rollbackCommand } from './operate/rollback.ts';
import { agreementCommand } from './ratings/agreement.ts';
import { calibrationCommand } from './ratings/calibration.ts';
import { powerCommand } from './ratings/power.ts';
import { ratingsCommand } from './ratings/ratings.ts';
import { rubricCommand } from './rubric/rubric.ts';
import { schemasCommand } from './rubric/schemas.ts';
import { demoCommand } from './run/demo.ts';
import { runCommand } from './run/run.ts';
import { statusCommand } from './status/status.ts';
import { CliError, describeAwsFailure } from './terminal/cli-error.ts';
import { incidentCommand } from './triage/incident.ts';
import { postmortemCommand } from './triage/postmortem.ts';
import { whyCommand } from './triage/why.ts';

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
    judgeCommand(),
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
    if (error instanceof CliError || error instanceof TextFileError) {
      console.error(error.message);
      return 1;
    }
    const failure = isNoRoom(error) ? describeNoRoomAtAll(error) : describeAwsFailure(error);
    if (failure === undefined) throw error;
    console.error(failure);
    return 1;
  }
}
