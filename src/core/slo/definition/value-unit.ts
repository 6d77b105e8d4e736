import type { Slo } from './slo.ts';

/** How the value of an SLO is to be written. */
export type ValueUnit = 'share' | 'ms' | 'usd' | 'tokensPerSecond';

/** A kind of change measures a quantity, every other kind a share. */
export function unitOf({ sli }: Pick<Slo, 'sli'>): ValueUnit {
  if (sli.kind !== 'quantile-change' && sli.kind !== 'mean-change') return 'share';
  if (sli.field === 'costUsd') return 'usd';
  return sli.field === 'tokensPerSecond' ? 'tokensPerSecond' : 'ms';
}
