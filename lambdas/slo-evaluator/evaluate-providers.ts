import { baselinePeriod } from '#core/slo/alarms/baseline.ts';
import { evaluateSlo } from '#core/slo/alarms/evaluate-slo.ts';
import { compactState, type SloState } from '#core/slo/alarms/state.ts';
import type { Slo } from '#core/slo/definition/slo.ts';
import type { Counts } from '#core/slo/rules/count-series.ts';
import { formatDuration, formatNumber, formatPercent } from '#core/slo/words/format.ts';
import { composeReading } from './slo-reading.ts';
import type { SloResult } from './slo-result.ts';
import type { SurfaceInput } from './surface-input.ts';

/** Providers' own success: informational, so it has rates and no alarm. */
export function evaluateProviders(
  { seriesSet, measurer, now }: SurfaceInput,
  slo: Slo,
  previous: SloState | undefined,
): SloResult {
  const providers = Object.fromEntries(
    [...(seriesSet.slices(slo.surface).get('*')?.keys() ?? [])]
      .filter((name) => name.startsWith('pt:'))
      .map((name) => name.slice(3))
      .map((name) => [name, measurer.provider(slo, name, now).window(now, slo.window)] as const)
      .filter(([, { total }]) => total > 0),
  );
  const measurement = measurer.measure(slo, undefined, now, baselinePeriod(slo, previous, now));
  const outcome = evaluateSlo({ slo, measurement, previous, now });
  const all = Object.values(providers).reduce(
    (sum, { good, total }) => ({ good: sum.good + good, total: sum.total + total }),
    { good: 0, total: 0 },
  );
  const reading = {
    ...composeReading(outcome.evaluation, describeProviders(slo, providers), null, undefined),
    raw: { value: all.total === 0 ? null : all.good / all.total, ...all },
    measured: all.total > 0,
    providers,
  };
  return { stored: { state: compactState(outcome.state), reading }, found: [] };
}

/** `Over 7 d primary answered 70% of 300 attempts and secondary 100% of 90, against 99.5% each. Informational: no alarm.` */
function describeProviders(slo: Slo, providers: Readonly<Record<string, Counts>>): string {
  const window = formatDuration(slo.window);
  const worstFirst = Object.entries(providers).sort(([, a], [, b]) => a.good / a.total - b.good / b.total);
  if (worstFirst.length === 0) return `No attempts at a provider in ${window}.`;
  const rates = worstFirst.map(
    ([name, { good, total }], index) =>
      `${name} ${index === 0 ? 'answered ' : ''}${formatPercent(good / total)} of ${formatNumber(total)}${index === 0 ? ' attempts' : ''}`,
  );
  const last = rates.pop();
  const sentence = rates.length === 0 ? last : `${rates.join(', ')} and ${last}`;
  return `Over ${window} ${sentence}, against ${formatPercent(slo.objective ?? 1)} each. Informational: no alarm.`;
}
