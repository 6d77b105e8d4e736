import { type CloudWatchClient, type MetricAlarm, paginateDescribeAlarms } from '@aws-sdk/client-cloudwatch';
import type { Catalogue } from '#core/catalogue/catalogue.ts';
import { type Severity, severities } from '#core/names.ts';
import { sloAlarmName } from '#core/slo/definition/alarm-name.ts';
import { type Slo, sloName } from '#core/slo/definition/slo.ts';
import { findOwnAlarm } from '#core/slo/words/own-alarms.ts';
import { joinReason } from '#core/slo/words/reason.ts';
import type { AlarmView } from './page-state.ts';

/** An alarm with what it watches; the evaluator's words come later. */
export interface ReadAlarm extends AlarmView {
  readonly watched: { readonly slo: Slo; readonly severity: Severity } | null;
}

/** Every alarm of a stage as CloudWatch has it. */
export async function readAlarms(
  cloudwatch: CloudWatchClient,
  catalogue: Catalogue,
  stage: string,
): Promise<ReadAlarm[]> {
  const watched = new Map(
    catalogue.surfaces.flatMap(({ surface, title, slos }) =>
      slos.flatMap((slo) =>
        severities.map(
          (severity) => [sloAlarmName(stage, slo, severity), { slo, severity, surface, title }] as const,
        ),
      ),
    ),
  );
  const alarms: ReadAlarm[] = [];
  const pages = paginateDescribeAlarms(
    { client: cloudwatch, pageSize: 100 },
    { AlarmNamePrefix: `assay-${stage}-` },
  );
  for await (const { MetricAlarms = [] } of pages) {
    for (const alarm of MetricAlarms) {
      const name = alarm.AlarmName ?? '';
      const found = watched.get(name);
      const { text, owner, runbook } = splitDescription(alarm.AlarmDescription ?? '');
      const own = found === undefined ? findOwnAlarm(stage, name) : undefined;
      const surface = catalogue.surfaces.find((each) => each.surface === own?.surface);
      const state = alarm.StateValue ?? 'INSUFFICIENT_DATA';
      alarms.push({
        name,
        state,
        since: (alarm.StateTransitionedTimestamp ?? alarm.StateUpdatedTimestamp)?.getTime() ?? null,
        severity: found?.severity ?? topicSeverity(alarm),
        slo: found === undefined ? null : sloName(found.slo),
        title: found?.slo.title ?? own?.title ?? name,
        surfaceTitle: found?.title ?? surface?.title ?? own?.surface ?? null,
        maskedBy: null,
        reason: reasonOf(own?.plain, state, alarm.StateReason ?? ''),
        description: text,
        owner,
        runbook,
        watched: found === undefined ? null : { slo: found.slo, severity: found.severity },
      });
    }
  }
  return alarms;
}

/** CloudWatch's own words say what crossed which threshold: what is so comes first. */
function reasonOf(plain: string | undefined, state: string, reason: string): string {
  return plain === undefined || state !== 'ALARM' ? reason : joinReason({ plain, statistics: reason });
}

/** A severity has its topic, and the topic's name says which. */
function topicSeverity({ AlarmActions = [] }: MetricAlarm): Severity | null {
  const topic = AlarmActions.join(' ').toLowerCase();
  return severities.find((severity) => topic.includes(severity)) ?? null;
}

/** A description ends with the owner's and the runbook's line. */
function splitDescription(description: string): {
  text: string;
  owner: string | null;
  runbook: string | null;
} {
  const lines = description.split('\n');
  const findLine = (label: string) =>
    lines
      .find((line) => line.startsWith(label))
      ?.slice(label.length)
      .trim() ?? null;
  const text = lines.filter((line) => !/^(Owner|Runbook): /.test(line)).join('\n');
  return { text, owner: findLine('Owner: '), runbook: findLine('Runbook: ') };
}
