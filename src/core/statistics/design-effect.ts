/** Intraclass correlation assumed between the responses of one conversation; see docs/statistics.md. */
const conversationCorrelation = 0.3;

/**
 * What counts of judged responses are divided by, for responses of one conversation are judged together and are alike:
 * 1 + (m - 1) rho, with m the mean size of a response's conversation (Kish 1965). At least 1.
 *
 * @param squares sum of the squares of the conversations' sizes
 */
export function conversationDesignEffect({
  judged,
  squares,
}: {
  readonly judged: number;
  readonly squares: number;
}): number {
  return judged === 0 ? 1 : 1 + Math.max(0, squares / judged - 1) * conversationCorrelation;
}
