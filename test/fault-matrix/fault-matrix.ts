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

export interface RunOptions {
  /** How long each call is refused, minutes. */
  readonly minutes: number;
  /** Whether the hour has a day before it, with calibrations, anchors and an alarm: true unless told otherwise. */
  readonly hasPast?: boolean;
}

export interface MatrixOptions extends RunOptions {
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
  readonly cells: readonly MatrixCell[];
}

/** Runs of the hour, each in a process of its own on a copy of one past. */
export class FaultRuns {
  readonly #folder: string;
  readonly #minutes: number;
  readonly #past: string | undefined;
  #count = 0;

  private constructor(folder: string, { minutes, hasPast = true }: RunOptions) {
    this.#folder = folder;
    this.#minutes = minutes;
    this.#past = hasPast ? join(folder, 'past') : undefined;
  }

  static async start(options: RunOptions): Promise<FaultRuns> {
    const runs = new FaultRuns(await mkdtemp(join(tmpdir(), 'assay-faults-')), options);
    await writeFile(runs.#templates, JSON.stringify(await templatesOf(catalogue, 'test')));
    if (runs.#past !== undefined) await runs.#run('past');
    return runs;
  }

  /** @param fault absent: the run that others are compared with */
  async hour(fault?: CellFault): Promise<Outcome> {
    return JSON.parse(await readFile(await this.#run('hour', fault), 'utf8')) as Outcome;
  }

  async close(): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true });
  }

  get #templates(): string {
    return join(this.#folder, 'templates.json');
  }

  /** @returns the file with what came of it */
  async #run(kind: CellJob['kind'], fault?: CellFault): Promise<string> {
    this.#count += 1;
    const folder = join(this.#folder, `run-${this.#count}`);
    const answer = `${folder}.json`;
    const job: CellJob = {
      kind,
      past: this.#past,
      folder,
      templates: this.#templates,
      minutes: this.#minutes,
      fault,
      answer,
    };
    const file = fileURLToPath(new URL('./cell-process.ts', import.meta.url));
    const env = { NODE_COMPILE_CACHE: join(tmpdir(), 'assay-test-compile-cache'), ...process.env };
    await promisify(execFile)(process.execPath, [file, JSON.stringify(job)], { maxBuffer: 2 ** 26, env });
    return answer;
  }
}

/** A read whose answer is lost is one that failed. */
const isRead = / (Query|GetItem|BatchGetItem|GetObject|GetSecretValue)( |$)/;

/** The cells of calls: each in each mode that makes a difference. */
export function cellsOf(calls: readonly string[], modes: readonly FaultMode[]): CellFault[] {
  return [...calls]
    .sort()
    .flatMap((call) =>
      modes.filter((mode) => mode !== 'lost' || !isRead.test(call)).map((mode) => ({ call, mode })),
    );
}

/**
 * Makes each AWS call of each function fail for a while, one after another and in each mode, and compares what comes of it with a
 * run in which nothing failed. The calls are those that this run made, so that a new one is among them by itself.
 */
export async function runFaultMatrix(options: MatrixOptions): Promise<FaultMatrix> {
  const { modes = faultModes, wanted = () => true, jobs = 2, onProgress = () => undefined } = options;
  onProgress('making the past');
  const runs = await FaultRuns.start(options);
  try {
    onProgress('the run without faults');
    const clean = await runs.hour();
    const faults = cellsOf(Object.keys(clean.seen).filter(wanted), modes);
    const found = new Map<CellFault, MatrixCell>();
    await inParallel(faults, jobs, async (fault) => {
      const outcome = await runs.hour(fault);
      const consequences = compareOutcomes(clean, outcome);
      found.set(fault, { ...fault, met: outcome.met, consequences });
      const loss = consequences.lost.length === 0 ? '' : `: LOST ${consequences.lost.slice(0, 3).join('; ')}`;
      onProgress(`${found.size} of ${faults.length}: ${fault.call}, ${fault.mode}${loss}`);
    });
    return { seen: clean.seen, cells: faults.flatMap((fault) => found.get(fault) ?? []) };
  } finally {
    await runs.close();
  }
}
