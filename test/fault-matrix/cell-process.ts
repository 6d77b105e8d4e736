/**
 * One run in a process of its own, for it sets the clock: `{kind: 'past'}` makes the day before, `{kind: 'hour'}` plays the hour
 * on a copy of it. Reads a job from its argument, writes what came to the file that the job names.
 */
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import type { Synthesis } from '#cdk/synthesize.ts';
import { hour } from '#core/time.ts';
import { begin } from './fault-catalogue.ts';
import { createJudge } from './fault-traffic.ts';
import { type CellFault, FaultWorld } from './fault-world.ts';
import { makePast, type Past, pastFile } from './make-past.ts';
import { runHour } from './run-hour.ts';
import { SteeredClock } from './steered-clock.ts';

export interface CellJob {
  readonly kind: 'past' | 'hour';
  /** Where the past lies; a world without one where absent. */
  readonly past?: string | undefined;
  /** A folder of this run's own. */
  readonly folder: string;
  /** File with the templates. */
  readonly templates: string;
  readonly minutes: number;
  readonly fault?: CellFault | undefined;
  readonly answer: string;
}

export async function runCell(job: CellJob): Promise<void> {
  const templates = JSON.parse(await readFile(job.templates, 'utf8')) as Synthesis;
  if (job.kind === 'past' && job.past !== undefined) {
    await mkdir(job.past, { recursive: true });
    const scores = new Map<string, number>();
    const clock = new SteeredClock(begin - 4 * hour);
    const world = await FaultWorld.start({ folder: job.past, templates, clock, judge: createJudge(scores) });
    await makePast(world, job.past, scores);
    await world.close();
    return;
  }
  const past = await takePast(job);
  const judge = createJudge(new Map(Object.entries(past.scores)));
  const world = await FaultWorld.start({
    folder: job.folder,
    templates,
    clock: new SteeredClock(begin),
    judge,
  });
  world.fault = job.fault;
  const outcome = await runHour(world, past, job.minutes);
  await writeFile(job.answer, JSON.stringify(outcome));
  await world.close();
  await rm(job.folder, { recursive: true, force: true });
}

async function takePast({ past, folder }: CellJob): Promise<Past> {
  if (past === undefined) {
    await mkdir(folder, { recursive: true });
    return { scores: {} };
  }
  await cp(past, folder, { recursive: true });
  return JSON.parse(await readFile(pastFile(folder), 'utf8')) as Past;
}

await runCell(JSON.parse(process.argv[2] ?? '{}') as CellJob);
// What the embedded servers keep open holds no process.
process.exit(0);
