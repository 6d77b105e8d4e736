import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { inParallel } from '#adapters/in-parallel.ts';
import { templatesOf } from '../support/templates.ts';
import type { CellJob } from './cell-process.ts';
import { type Consequences, compareOutcomes } from './compare-outcomes.ts';
import { catalogue } from './fault-catalogue.ts';
import type { CellFault } from './fault-world.ts';
import { type FaultMode, faultModes } from './intercept-calls.ts';
import type { Outcome } from './outcome.ts';

export interface MatrixOptions {
  /** How long each call is refused, minutes. */
  readonly minutes: number;
  readonly modes?: readonly FaultMode[];
  /** Of the calls that were seen, those that are made to fail. */
  readonly wanted?: (call: string) => boolean;
  /** Cells at once. */
  readonly jobs?: number;
  readonly onProgress?: (words: string) => void;
}

export interface MatrixCell extends CellFault {
  /** How many calls met with the fault. */
  readonly met: number;
  readonly consequences: Consequences;
}

export interface FaultMatrix {
  /** Of the run without faults: how often each call was made. */
  readonly seen: Readonly<Record<string, number>>;
  readonly clean: Outcome;
  readonly cells: readonly MatrixCell[];
}

/**
 * Makes each AWS call of each function fail for a while, one after another and in each mode, and compares what comes of it with a
 * run in which nothing failed. The calls are those that this run made, so that a new one is among them by itself.
 */
export async function runFaultMatrix(options: MatrixOptions): Promise<FaultMatrix> {
  const {
    minutes,
    modes = faultModes,
    wanted = () => true,
    jobs = 2,
    onProgress = () => undefined,
  } = options;
  const folder = await mkdtemp(join(tmpdir(), 'assay-faults-'));
  try {
    const templates = join(folder, 'templates.json');
    await writeFile(templates, JSON.stringify(await templatesOf(catalogue, 'test')));
    let cells = 0;
    const run = async (kind: CellJob['kind'], fault?: CellFault): Promise<Outcome | undefined> => {
      cells += 1;
      const own = join(folder, `cell-${cells}`);
      const answer = `${own}.json`;
      const job: CellJob = {
        kind,
        past: join(folder, 'past'),
        folder: own,
        templates,
        minutes,
        fault,
        answer,
      };
      await runProcess(job);
      return kind === 'past' ? undefined : (JSON.parse(await readFile(answer, 'utf8')) as Outcome);
    };
    onProgress('making the past');
    await run('past');
    onProgress('the run without faults');
    const clean = await run('hour');
    if (clean === undefined) throw new Error('the run without faults left nothing');
    const faults = Object.keys(clean.seen)
      .filter(wanted)
      .sort()
      .flatMap((call) => modes.map((mode): CellFault => ({ call, mode })));
    const found = new Map<CellFault, MatrixCell>();
    await inParallel(faults, jobs, async (fault) => {
      const outcome = await run('hour', fault);
      if (outcome === undefined) return;
      found.set(fault, { ...fault, met: outcome.met, consequences: compareOutcomes(clean, outcome) });
      const { lost } = compareOutcomes(clean, outcome);
      const loss = lost.length === 0 ? '' : `: ${lost.length} LOST, ${lost.slice(0, 3).join('; ')}`;
      onProgress(`${found.size} of ${faults.length}: ${fault.call}, ${fault.mode}${loss}`);
    });
    return { seen: clean.seen, clean, cells: faults.flatMap((fault) => found.get(fault) ?? []) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function runProcess(job: CellJob): Promise<void> {
  const file = fileURLToPath(new URL('./cell-process.ts', import.meta.url));
  const env = { NODE_COMPILE_CACHE: join(tmpdir(), 'assay-test-compile-cache'), ...process.env };
  await promisify(execFile)(process.execPath, [file, JSON.stringify(job)], { maxBuffer: 2 ** 26, env });
}
