/** A reason as it is told: a sentence for everybody, and what it rests on for those who know the statistics. */
export interface Reason {
  readonly plain: string;
  /** Empty where there is nothing to add. */
  readonly statistics: string;
}

/** As it is stored, sent and printed: the plain sentence, and the statistics on a line of their own. */
export function joinReason({ plain, statistics }: Reason): string {
  return statistics === '' ? plain : `${plain}\n${statistics}`;
}

/** A reason as it was stored; one of before reasons had two lines is its own plain sentence. */
export function splitReason(reason: string): Reason {
  const end = reason.indexOf('\n');
  if (end < 0) return { plain: reason.trim(), statistics: '' };
  return {
    plain: reason.slice(0, end).trim(),
    statistics: reason
      .slice(end + 1)
      .replaceAll('\n', ' ')
      .trim(),
  };
}

/** Of an alarm that went off because a more severe one stands for it: it is not over. */
export function isMaskedReason(reason: string): boolean {
  return reason.startsWith('Masked');
}

/** The same with sentences after its plain one and after its statistics. */
export function addToReason(reason: string, more: Partial<Reason>): string {
  const { plain, statistics } = splitReason(reason);
  return joinReason({ plain: joined(plain, more.plain), statistics: joined(statistics, more.statistics) });
}

function joined(...parts: readonly (string | undefined)[]): string {
  return parts.filter((part) => part !== undefined && part !== '').join(' ');
}
