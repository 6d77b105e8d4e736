import { describeSli } from '#core/slo/definition/sli-kinds.ts';
import { assumedJudge } from '#core/slo/replay/assumed-calibration.ts';
import type { SloExplained } from '#core/slo/replay/explained.ts';
import { formatWindow } from '#local/report/run-report.ts';
import type { Explanation } from './explain-slo.ts';

/** What `--json` prints. Shares are ratios, durations milliseconds, money US dollars a month. */
export function explanationJson(explanation: Explanation) {
  const { slo, traffic, now, calibrated, usdPerMonth, metrics, alarms, warnings } = explanation;
  return {
    slo: slo.id,
    surface: slo.surface,
    title: slo.title,
    measures: describeSli(slo.sli),
    objective: slo.objective,
    window: formatWindow(slo.window),
    tier: slo.tier,
    owner: slo.owner,
    eventsPerDay: traffic.perDay,
    eventsPerDayFrom: traffic.source,
    maximumBurn: now?.maximumBurn ?? null,
    droppedBadShare: now?.droppedBadShare ?? null,
    simulated: now === undefined ? null : { series: now.series, days: now.days },
    severities: severitiesJson(explanation, now),
    calibrated:
      calibrated === undefined
        ? null
        : {
            ratings: calibrated.ratings,
            ...assumedJudge,
            severities: severitiesJson(explanation, calibrated.explained),
          },
    usdPerMonth,
    metrics,
    alarms,
    warnings,
  };
}

function severitiesJson({ slo }: Explanation, explained: SloExplained | undefined) {
  return (explained?.severities ?? []).map((each) => ({
    ...each,
    long: slo.rows[each.severity]?.long ?? null,
    short: slo.rows[each.severity]?.short ?? null,
    burn: slo.rows[each.severity]?.burn ?? null,
  }));
}
