/**
 * How often 95% intervals of the calibrated pass rate cover the true one, and how wide they are, in uneven
 * worlds too; how often anchors call a steady judge moved, and how soon they notice one that drifts; what a file of 100,000 ratings takes; and, with the folder of
 * the HANNA stories, whether the reported interval holds for systems that were not rated.
 * `npm run bench:calibration -- [--repetitions 20000] [--only anchors] [--hanna FOLDER] [--ratings 100000 | --no-file] [--json]`.
 * The tables go to stdout, progress to stderr.
 */
import { parseArgs } from 'node:util';
import { tableAnchors } from './calibration/anchor-table.ts';
import { type PartResult, tell } from './calibration/bench-part.ts';
import { tableFile } from './calibration/file-table.ts';
import { tableHanna } from './calibration/hanna-table.ts';
import { tableIntervals } from './calibration/interval-table.ts';
import { tablePatterns } from './calibration/pattern-coverage.ts';
import { tableWindows } from './calibration/window-table.ts';

const { values: options } = parseArgs({
  options: {
    repetitions: { type: 'string', default: '20000' },
    only: { type: 'string', multiple: true },
    hanna: { type: 'string' },
    ratings: { type: 'string', default: '100000' },
    file: { type: 'boolean', default: true },
    json: { type: 'boolean', default: false },
  },
  allowNegative: true,
});

const repetitions = Number(options.repetitions);

/** A window costs two quadratures, a half year of anchors 36,000 scorings. */
const parts: Readonly<Record<string, () => PartResult | Promise<PartResult>>> = {
  rows: () => tableIntervals(repetitions),
  windows: () => tableWindows(Math.max(200, Math.round(repetitions / 10))),
  patterns: () => tablePatterns(Math.max(100, Math.round(repetitions / 20))),
  anchors: () => tableAnchors(Math.max(50, Math.round(repetitions / 10))),
  ...(options.hanna !== undefined && { hanna: () => tableHanna(options.hanna ?? '') }),
  ...(options.file && { file: () => tableFile(Number(options.ratings)) }),
};

const wanted = options.only ?? Object.keys(parts);
const found: Record<string, unknown> = {};
for (const name of wanted) {
  const part = parts[name];
  if (part === undefined)
    throw new Error(`--only wants one of ${Object.keys(parts).join(', ')}; "${name}" came`);
  const result = await part();
  tell('');
  if (!options.json) console.log(`${result.lines.join('\n')}\n`);
  found[name] = result.found;
  found[name === 'rows' ? 'kept' : `${name}Kept`] = result.kept;
  if (!result.kept) process.exitCode = 1;
}
if (options.json) console.log(JSON.stringify({ repetitions, ...found }, null, 2));
