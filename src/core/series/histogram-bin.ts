/**
 * Log-histogram bins of 2% half-width: bin i holds the values in (g^(i-1), g^i] with g = (1 + e)/(1 - e), e = 0.02,
 * and its representative 2 g^i / (g + 1) is within 2% of each of them (DDSketch: Masson, Rim and Lee, VLDB 2019).
 */
const relativeError = 0.02;
const growth = (1 + relativeError) / (1 - relativeError);
const logGrowth = Math.log(growth);

/** Bin of zero and of everything under the smallest value worth telling apart (1e-9). */
export const zeroBin = -1000;

/** Bin of a value of 0 or more. */
export function histogramBin(value: number): number {
  return value < 1e-9 ? zeroBin : Math.ceil(Math.log(value) / logGrowth - 1e-12);
}

/** The value that stands for a bin, within 2% of every value in it. */
export function binValue(bin: number): number {
  return bin === zeroBin ? 0 : (2 * growth ** bin) / (growth + 1);
}
