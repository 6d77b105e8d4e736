import { countOf } from '#core/count-of.ts';
import { formatInstant } from '#core/slo/words/format.ts';
import { splitReason } from '#core/slo/words/reason.ts';
import { oneLine } from '../terminal/text.ts';
import type { GateAnswer } from './gate-answer.ts';

/** What goes to stdout and to stderr; a gate that cannot tell has nothing for stdout. */
export function formatAnswer(answer: GateAnswer): {
  readonly output: readonly string[];
  readonly errors: readonly string[];
} {
  const { verdict, tier, source, evaluatedAt, checked, withinBudget, reasons, notes } = answer;
  if (verdict === 'unknown')
    return {
      output: [],
      errors: [`Cannot tell how tier ${tier} is. ${notes.map((note) => note.trim()).join('\n')}`],
    };
  const output =
    verdict === 'open'
      ? [
          `Tier ${tier} is in order: ${withinBudget === checked ? countOf(checked, 'SLO') : `${withinBudget} of ${countOf(checked, 'SLO')}`} within budget and no alarm (${source}, evaluated ${formatInstant(Date.parse(evaluatedAt ?? ''))}).`,
        ]
      : [
          `Tier ${tier} is not in order (${source}):`,
          ...reasons.map((reason) => `  ${describeReason(reason)}`),
        ];
  return { output, errors: notes.map((note) => `Note: ${oneLine(splitReason(note).plain, 400)}`) };
}

function describeReason(reason: GateAnswer['reasons'][number]): string {
  const { plain, statistics } = splitReason(reason.message);
  const message = oneLine(plain, 600);
  switch (reason.kind) {
    case 'stale':
      return message;
    case 'alarm':
      return `${reason.slo}: a ${reason.severity} alarm is on. ${message}${statistics === '' ? '' : `\n    ${oneLine(statistics, 600)}`}`;
    case 'budget':
      return `${reason.slo}: out of budget. ${message}`;
  }
}
