import { loadCatalogue } from '#adapters/files/catalogue-files.ts';
import type { PartResult } from './bench-part.ts';
import { measureFile } from './rating-file.ts';

/** What it takes to take one large ratings file in. */
export async function tableFile(ratings: number): Promise<PartResult> {
  const reading = await loadCatalogue(process.cwd());
  if (!reading.ok) throw new Error(reading.faults.join('\n'));
  const file = await measureFile(reading.catalogue, ratings);
  const lines = [
    `One file of ${file.ratings} ratings (${file.accepted} accepted) against the embedded servers: ${file.seconds.toFixed(0)} s, peak ${file.peakMemory.toFixed(0)} MB over the process's own; the same file again ${file.again.toFixed(0)} s.`,
  ];
  return { lines, found: file, kept: true };
}
