import { writeFile } from 'node:fs/promises';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { readIncidents } from '#adapters/dynamodb/operator-entries.ts';
import { type Severity, severities } from '#core/names.ts';
import { composeReport, type QualityReport, type StandingAlarm } from '#core/report/compose-report.ts';
import { reportHtml } from '#core/report/report-html.ts';
import { reportMarkdown } from '#core/report/report-markdown.ts';
import { sloName } from '#core/slo/definition/slo.ts';
import { formatDuration } from '#core/slo/words/format.ts';
import { readAlarms } from '#local/page/read-alarms.ts';
import { oldestEvaluation, openTarget, type Target } from '../target/target.ts';
import type { TargetOptions } from '../target/target-options.ts';
import { CliError } from '../terminal/cli-error.ts';
import { fitLines } from '../terminal/fit-lines.ts';
import type { JsonOptions } from '../terminal/options.ts';
import { printAside } from '../terminal/print.ts';
import { hideWaiting } from '../terminal/progress.ts';
import { readMonths } from './report-months.ts';

export interface ReportOptions extends TargetOptions, JsonOptions {
  readonly format: 'md' | 'html';
  readonly out?: string;
}

/** Writes the page to stdout or a file. */
export async function writeReport(options: ReportOptions): Promise<void> {
  const target = await openTarget(options);
  let report: QualityReport;
  try {
    report = await gatherReport(target);
  } finally {
    await target.close();
  }
  const text =
    options.json === true
      ? `${JSON.stringify(report, null, 2)}\n`
      : options.format === 'html'
        ? reportHtml(report)
        : reportMarkdown(report);
  if (options.out === undefined) {
    hideWaiting();
    process.stdout.write(options.json === true || options.format === 'html' ? text : fitLines(text));
    return;
  }
  const { out } = options;
  await writeFile(out, text).catch((error: unknown) => {
    throw new CliError(
      `--out: ${out} cannot be written (${(error as NodeJS.ErrnoException).code ?? 'unknown'}). Name a file in a folder that exists.`,
    );
  });
  printAside(`The report is in ${out}.`);
}

async function gatherReport(target: Target): Promise<QualityReport> {
  const { evaluatedAt, age, name, stage, standings, dynamo, tables } = target;
  if (evaluatedAt === undefined)
    throw new CliError(`${name} was never evaluated, so there is nothing to report. Let it run first.`);
  const [months, incidents, alarms] = await Promise.all([
    readMonths(target, evaluatedAt),
    readIncidents({ dynamo, table: tables.series }),
    readStandingAlarms(target),
  ]);
  const stale =
    age !== undefined && age > oldestEvaluation
      ? [
          `The SLOs were last evaluated ${formatDuration(age)} ago; wanted at most ${formatDuration(oldestEvaluation)}.`,
        ]
      : [];
  return composeReport({
    stage,
    source: name,
    at: evaluatedAt,
    standings,
    months,
    alarms,
    incidents,
    notes: [...target.caveats, ...stale],
  });
}

/** Alarms that are on as CloudWatch has them, the SLOs' with the evaluator's own words; the worst first. */
async function readStandingAlarms({ catalogue, stage, standings }: Target): Promise<StandingAlarm[]> {
  const cloudwatch = new CloudWatchClient({});
  const alarms = await readAlarms(cloudwatch, catalogue, stage);
  cloudwatch.destroy();
  const reasons = new Map(standings.map(({ slo, reading }) => [sloName(slo), reading?.reason]));
  const rank = (severity: Severity | null) =>
    severity === null ? severities.length : severities.indexOf(severity);
  return alarms
    .filter(({ state }) => state === 'ALARM')
    .toSorted((first, second) => rank(first.severity) - rank(second.severity))
    .map(({ slo, title, severity, since, description, reason }) => ({
      name: slo ?? title,
      severity,
      since,
      reason: (slo === null ? undefined : reasons.get(slo)) ?? (description || reason),
    }));
}
