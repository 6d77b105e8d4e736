import type { Field, Sli } from './slo.ts';

const fieldNames: Readonly<Record<Field, string>> = {
  ttftMs: 'time to the first token',
  totalMs: 'time to the whole answer',
  longestTurnMs: 'longest turn',
  tokensPerSecond: 'tokens a second after the first',
  costUsd: 'cost',
  failoverMs: 'time lost before the winning attempt',
};

/** What an SLI measures, for people: `share of responses whose cost is at most $0.045`. */
export function describeSli(sli: Sli): string {
  switch (sli.kind) {
    case 'judge-pass':
      return "share of judged responses at the rubric's pass mark or over, corrected by human ratings where they exist";
    case 'human-pass':
      return 'share of responses that people rate as passing';
    case 'accepted':
      return 'share of responses that users did not regenerate, hand off, abandon or mark down';
    case 'field': {
      const bounds = [
        sli.atMost === undefined ? [] : [`at most ${formatQuantity(sli.field, sli.atMost)}`],
        sli.atLeast === undefined ? [] : [`at least ${formatQuantity(sli.field, sli.atLeast)}`],
      ].flat();
      return `share of responses whose ${fieldNames[sli.field]} is ${bounds.join(' and ')}`;
    }
    case 'success':
      return 'share of requests that got a good response by any path';
    case 'provider-success':
      return "each provider's share of successful attempts";
    case 'refusal-change':
      return `rise of the refusal rate over its baseline of 28 days, wanted at most ${formatShare(sli.within).replace('%', ' points')}`;
    case 'quantile-change':
      return `p${formatShare(sli.quantile).replace('%', '')} of the ${fieldNames[sli.field]} against its baseline of 28 days, wanted under ${sli.times} times`;
    case 'mean-change':
      return `mean ${fieldNames[sli.field]} against the median of ${sli.days} days, wanted within ${formatShare(sli.within)}`;
    case 'median-multiple':
      return `share of responses whose ${fieldNames[sli.field]} is at most ${sli.times} times the median`;
  }
}

/** What is counted, in the plural. */
export function describeEvents({ kind }: Sli): string {
  switch (kind) {
    case 'judge-pass':
      return 'judged responses';
    case 'human-pass':
      return 'rated responses';
    case 'provider-success':
      return 'attempts';
    default:
      return 'responses';
  }
}

/** A value of a field with its unit: `$0.045`, `600 ms`. */
export function formatQuantity(field: Field, value: number): string {
  if (field === 'costUsd') return `$${value}`;
  return field === 'tokensPerSecond' ? String(value) : `${value} ms`;
}

/** A share as a percentage, exact but for the noise of binary fractions: settings are said as they were written. */
export function formatShare(share: number): string {
  return `${Number((100 * share).toPrecision(6))}%`;
}
