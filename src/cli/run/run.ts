import { Command, InvalidArgumentError } from 'commander';
import { CliError } from '../terminal/output.ts';

export interface RunOptions {
  readonly responses: string;
  readonly judge: string;
  readonly ratings?: string;
  readonly sampleRate?: number;
  readonly objective?: number;
  readonly passMark?: number;
  readonly tick: number;
  readonly exit?: boolean;
  readonly report?: string;
  readonly local: string;
  readonly json?: boolean;
}

/** `assay run`: the deployed stack, replayed on the user's own records. */
export function runCommand(): Command {
  return new Command('run')
    .description(
      'Replay a file of responses through the real functions on embedded AWS servers, and see which alarms would have fired.',
    )
    .requiredOption('--responses <file>', 'responses, one JSON record a line (docs/records.md)')
    .option(
      '--judge <judge>',
      'recorded:FILE (lines of {"responseId","score"|"criteria"}), simulated, or openai',
      'simulated',
    )
    .option(
      '--ratings <file>',
      'ratings of people (CSV or JSON lines: response_id,rater_id,score), taken in after the replay',
    )
    .option('--sample-rate <rate>', "share of responses that is judged, instead of the surfaces' own", share)
    .option('--objective <share>', "objective of the judge SLOs, instead of the files' own", share)
    .option('--pass-mark <score>', "overall score that passes, 2 to 5, instead of the rubrics' own", passMark)
    .option('--tick <duration>', 'simulated time between evaluations', duration, 300_000)
    .option('--exit', 'end after the replay instead of serving the results')
    .option('--report <file>', 'write the report as JSON (schemas/run-report.schema.json)')
    .option('--local <dir>', 'folder for the state of this run', '.assay')
    .option('--json', 'print the report as JSON instead of a summary')
    .action(async (options: RunOptions) => {
      const { runHistory } = await import('./run-replay.ts');
      await runHistory(options);
    });
}

function share(text: string): number {
  const value = Number(text);
  if (!(value > 0 && value <= 1))
    throw new InvalidArgumentError('Wanted a ratio over 0 and up to 1, such as 0.05.');
  return value;
}

function passMark(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 2 || value > 5)
    throw new InvalidArgumentError('Wanted a whole score from 2 to 5.');
  return value;
}

const units: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000 };

function duration(text: string): number {
  const match = /^(\d+)([smh])$/.exec(text);
  const ms = Number(match?.[1]) * (units[match?.[2] ?? ''] ?? Number.NaN);
  if (!(ms >= 60_000)) throw new InvalidArgumentError('Wanted a duration of a minute or more, such as 5m.');
  return ms;
}

/** What a `--judge` value asks for. */
export function readJudge(
  text: string,
): { kind: 'recorded'; file: string } | { kind: 'simulated' } | { kind: 'openai' } {
  if (text === 'simulated' || text === 'openai') return { kind: text };
  if (text.startsWith('recorded:') && text.length > 9) return { kind: 'recorded', file: text.slice(9) };
  throw new CliError(`--judge: wanted recorded:FILE, simulated or openai, got "${text}".`);
}
