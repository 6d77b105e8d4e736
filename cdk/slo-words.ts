import type { Severity } from '#core/names.ts';
import type { AlertRow, Field, Slo } from '#core/slo/slo.ts';
import { day, hour, minute, second } from '#core/time.ts';

/** SLOs in the words of an alarm's description. */

const fieldNames: Readonly<Record<Field, string>> = {
  ttftMs: 'time to the first token',
  totalMs: 'time to the whole answer',
  longestTurnMs: 'longest turn',
  tokensPerSecond: 'tokens a second after the first',
  costUsd: 'cost',
  failoverMs: 'time lost before the winning attempt',
};

/** `share of responses whose cost is at most $0.045, wanted at least 95% over 24h`. */
export function sloInWords(slo: Slo): string {
  const wanted = slo.objective === null ? '' : `, wanted at least ${percent(slo.objective)}`;
  return `${sliInWords(slo)}${wanted} over ${durationInWords(slo.window)}`;
}

function sliInWords({ sli }: Slo): string {
  switch (sli.kind) {
    case 'judge-pass':
      return "share of judged responses at the rubric's pass mark or over, corrected by human ratings where they exist";
    case 'human-pass':
      return 'share of responses that people rate as passing';
    case 'accepted':
      return 'share of responses that users did not regenerate, hand off, abandon or mark down';
    case 'field': {
      const bounds = [
        sli.atMost === undefined ? [] : [`at most ${quantity(sli.field, sli.atMost)}`],
        sli.atLeast === undefined ? [] : [`at least ${quantity(sli.field, sli.atLeast)}`],
      ].flat();
      return `share of responses whose ${fieldNames[sli.field]} is ${bounds.join(' and ')}`;
    }
    case 'success':
      return 'share of requests that got a good response by any path';
    case 'provider-success':
      return "each provider's share of successful attempts";
    case 'refusal-change':
      return `rise of the refusal rate over its baseline of 28 days, wanted at most ${percent(sli.within).replace('%', ' points')}`;
    case 'quantile-change':
      return `p${percent(sli.quantile).replace('%', '')} of the ${fieldNames[sli.field]} against its baseline of 28 days, wanted under ${sli.times} times`;
    case 'mean-change':
      return `mean ${fieldNames[sli.field]} against the median of ${sli.days} days, wanted within ${percent(sli.within)}`;
    case 'median-multiple':
      return `share of responses whose ${fieldNames[sli.field]} is at most ${sli.times} times the median`;
  }
}

/** What a pressure of 1 stands for. */
export function ruleInWords(slo: Slo, severity: Severity): string {
  const row = slo.rows[severity];
  const rule =
    row === undefined
      ? 'the change is past its bound and a test rules chance out'
      : rowInWords(row, slo.objective);
  return `Fires when the pressure of its ${severity} rule reaches 1: ${rule}. Without enough data it keeps its state.`;
}

function rowInWords(row: AlertRow, objective: number | null): string {
  const windows =
    row.short === undefined
      ? durationInWords(row.long)
      : `${durationInWords(row.long)} and ${durationInWords(row.short)}`;
  const share = objective === null ? '' : ` (${percent(Math.min(1, row.burn * (1 - objective)))} bad)`;
  const detector = row.detector === undefined ? '' : ', or the regression detector sees a drop';
  return `over ${windows} the error budget burns at ${row.burn} times its even rate or faster${share}, on 50 events or more, and the exact test rules chance out${detector}`;
}

/** `24h`, `30d`: the form in which slos/*.yaml say it. */
export function durationInWords(milliseconds: number): string {
  const units: readonly (readonly [number, string])[] = [
    [2 * day, 'd'],
    [hour, 'h'],
    [minute, 'm'],
    [second, 's'],
  ];
  for (const [width, name] of units) {
    const unit = name === 'd' ? day : width;
    if (milliseconds >= width && milliseconds % unit === 0) return `${milliseconds / unit}${name}`;
  }
  return `${milliseconds} ms`;
}

function quantity(field: Field, value: number): string {
  if (field === 'costUsd') return `$${value}`;
  return field === 'tokensPerSecond' ? String(value) : `${value} ms`;
}

/** A share as a percentage without the noise of binary fractions. */
export function percent(share: number): string {
  return `${Number((100 * share).toPrecision(6))}%`;
}
