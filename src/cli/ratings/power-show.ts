import type { JsonOptions } from '../terminal/options.ts';
import { computePower, type PowerInput } from './power-compute.ts';
import { formatPower } from './power-text.ts';

export interface PowerOptions extends PowerInput, JsonOptions {}

/** Prints what ratings and sample rates buy. */
export function showPower(options: PowerOptions): void {
  const power = computePower(options);
  console.log(options.json === true ? JSON.stringify(power, null, 2) : formatPower(power));
}
