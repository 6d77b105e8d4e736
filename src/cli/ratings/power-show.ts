import { join } from 'node:path';
import { usualFolder } from '../target/target-options.ts';
import type { JsonOptions } from '../terminal/options.ts';
import { print } from '../terminal/print.ts';
import { computePower, type PowerInput } from './power-compute.ts';
import { formatPower } from './power-text.ts';

export interface PowerOptions extends PowerInput, JsonOptions {}

/** Prints what ratings and sample rates buy. */
export async function showPower(options: PowerOptions, root = process.cwd()): Promise<void> {
  const power = await computePower(options, join(root, usualFolder));
  print(options.json === true ? JSON.stringify(power, null, 2) : formatPower(power));
}
