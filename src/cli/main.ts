import { readFileSync } from 'node:fs';
import { Command, CommanderError, type Help, type Option } from 'commander';
import { TextFileError } from '#adapters/files/text-lines.ts';
import { describeNoRoomAtAll, isNoRoom } from '#local/disk-faults.ts';
import { costCommand } from './cost/cost.ts';
import { doctorCommand } from './doctor/doctor.ts';
import { examples } from './examples.ts';
import { judgeCommand } from './judge/judge.ts';
import { backtestCommand } from './objectives/backtest.ts';
import { explainCommand } from './objectives/explain.ts';
import { gateCommand } from './objectives/gate.ts';
import { reportCommand } from './objectives/report.ts';
import { sloCommand } from './objectives/slo.ts';
import { forgetCommand } from './operate/forget.ts';
import { redriveCommand } from './operate/redrive.ts';
import { rollbackCommand } from './operate/rollback.ts';
import { stopCommand } from './operate/stop.ts';
import { agreementCommand } from './ratings/agreement.ts';
import { calibrationCommand } from './ratings/calibration.ts';
import { powerCommand } from './ratings/power.ts';
import { ratingsCommand } from './ratings/ratings.ts';
import { rescoreCommand } from './rubric/rescore.ts';
import { rubricCommand } from './rubric/rubric.ts';
import { schemasCommand } from './rubric/schemas.ts';
import { demoCommand } from './run/demo.ts';
import { runCommand } from './run/run.ts';
import { completionCommand } from './shell/completion.ts';
import { statusCommand } from './status/status.ts';
import { prepareLocalRun } from './target/prepare-local-run.ts';
import { enterProject } from './target/project-root.ts';
import { type TargetOptions, targetFlags, usualFolder } from './target/target-options.ts';
import { CliError, describeAwsFailure, describeFileFailure, exitCode } from './terminal/cli-error.ts';
import { fitLines } from './terminal/fit-lines.ts';
import { aimToldCommands, printAside } from './terminal/print.ts';
import { endWaiting, showWaiting } from './terminal/progress.ts';
import { terminalWidth } from './terminal/width.ts';
import { incidentCommand } from './triage/incident.ts';
import { postmortemCommand } from './triage/postmortem.ts';
import { whyCommand } from './triage/why.ts';

/** Commands by what people want, in the order of the help. */
const groups: Readonly<Record<string, readonly (() => Command)[]>> = {
  'Try it': [runCommand, demoCommand, stopCommand],
  'See how it is': [statusCommand, doctorCommand, whyCommand, reportCommand, postmortemCommand, costCommand],
  'Rubrics, judges and objectives': [
    rubricCommand,
    rescoreCommand,
    judgeCommand,
    sloCommand,
    explainCommand,
    backtestCommand,
    gateCommand,
    schemasCommand,
  ],
  'Ratings of people': [ratingsCommand, calibrationCommand, agreementCommand, powerCommand],
  Operate: [redriveCommand, rollbackCommand, incidentCommand, forgetCommand],
  Shell: [completionCommand],
};

/** The `assay` command. Each subcommand stands in a file of its own and loads what it needs when it runs. */
export function createProgram(): Command {
  const program = new Command('assay')
    .description('Samples LLM responses, has a judge score them, and alarms when quality is really missed.')
    .version(ownVersion(), '-V, --version', 'print the version')
    .option('--no-color', 'no colours (as NO_COLOR=1)')
    .addHelpText(
      'after',
      '\nExamples:\n  npx assay demo --exit\n  npx assay run --responses responses.jsonl --exit\n  npx assay status\n\nEnds with 0 where all is fine, 1 where the answer is no (an alarm, a fault in a file, nothing readable), 2 for usage and environment, or where nothing can tell.',
    )
    .hook('preAction', async (_, command) => {
      if (program.opts<{ color: boolean }>().color === false) process.env.NO_COLOR = '1';
      requireOptions(command);
      showWaiting(pathOf(command));
      enterProject(command);
      const target = { local: usualFolder, ...command.opts<Partial<TargetOptions>>() };
      aimToldCommands({ flags: targetFlags(target), paths: pathsWithTarget(program) });
      await prepareLocalRun(command);
    });
  for (const [group, makers] of Object.entries(groups))
    for (const make of makers) program.addCommand(make().helpGroup(`${group}:`));
  for (const command of [
    program,
    ...program.commands,
    ...program.commands.flatMap(({ commands }) => commands),
  ])
    fitCommand(command);
  return program;
}

/** Help and errors as wide as the terminal; what is not known is told before what is missing. */
function fitCommand(command: Command): void {
  const help = () => terminalWidth();
  const calls = examples[pathOf(command).replace(/^assay /, '')] ?? [];
  if (calls.length > 0)
    command.addHelpText(
      'after',
      ['', calls.length === 1 ? 'Example:' : 'Examples:', ...calls.map((call) => `  npx assay ${call}`)].join(
        '\n',
      ),
    );
  command
    .exitOverride()
    .showHelpAfterError('(run with --help for all options)')
    .configureHelp({ optionDescription: describeOption })
    .configureOutput({
      getOutHelpWidth: help,
      getErrHelpWidth: help,
      writeOut: (text) => process.stdout.write(fitLines(text)),
      writeErr: (text) => process.stderr.write(fitLines(text)),
    });
  for (const option of command.options.filter(({ mandatory }) => mandatory)) {
    required.add(option);
    option.mandatory = false;
  }
}

/**
 * Options that a command cannot do without. Commander would ask for them before it looks at what it does not know: who types
 * `gate --teir 2` would hear of --tier, and never of --teir.
 */
const required = new WeakSet<Option>();

function requireOptions(command: Command): void {
  const missing = command.options.find(
    (option) => required.has(option) && command.getOptionValue(option.attributeName()) === undefined,
  );
  if (missing !== undefined)
    command.error(`error: required option '${missing.flags}' not specified`, {
      code: 'commander.missingMandatoryOptionValue',
    });
}

function ownVersion(): string {
  const file = new URL('../../package.json', import.meta.url);
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}

/** Commander does not tell which options a command cannot do without. */
function describeOption(this: Help, option: Option): string {
  const { defaultValue, defaultValueDescription, argChoices } = option;
  const notes = [
    ...(required.has(option) ? ['required'] : []),
    ...(argChoices === undefined ? [] : [`choices: ${argChoices.join(', ')}`]),
    ...(defaultValue === undefined || defaultValue === true || defaultValue === false
      ? []
      : [`default: ${defaultValueDescription ?? String(defaultValue)}`]),
  ];
  return notes.length === 0 ? option.description : `${option.description} (${notes.join('; ')})`;
}

/** @returns the exit code */
export async function main(args: readonly string[]): Promise<number> {
  const program = createProgram();
  // Commander answers the help of a command that there is not with its own.
  const [first = ''] = args;
  const isUnknown =
    /^[a-z]/.test(first) && !['help', ...program.commands.map((each) => each.name())].includes(first);
  try {
    await program.parseAsync(isUnknown ? [first] : [...args], { from: 'user' });
    return typeof process.exitCode === 'number' ? process.exitCode : 0;
  } catch (error) {
    // Help and version that were asked for are no errors.
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCode.fine : exitCode.unusable;
    if (error instanceof CliError || error instanceof TextFileError) {
      printAside(error.message);
      return error instanceof CliError ? error.exitCode : exitCode.no;
    }
    const failure = isNoRoom(error)
      ? describeNoRoomAtAll(error)
      : (describeAwsFailure(error) ?? describeFileFailure(error));
    if (failure === undefined) throw error;
    printAside(failure);
    return exitCode.unusable;
  } finally {
    endWaiting();
  }
}

/** Commands that speak to a run or a stack: `status`, `ratings draw`. */
function pathsWithTarget(program: Command): ReadonlySet<string> {
  const all = program.commands.flatMap((command) => [
    [command.name(), command] as const,
    ...command.commands.map((child) => [`${command.name()} ${child.name()}`, child] as const),
  ]);
  const withTarget = all.filter(([, { options }]) => options.some(({ long }) => long === '--local'));
  return new Set(withTarget.map(([path]) => path));
}

/** `assay ratings draw` */
function pathOf(command: Command): string {
  return [...(command.parent === null ? [] : [pathOf(command.parent)]), command.name()].join(' ');
}
