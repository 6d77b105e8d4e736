import type { Throughput } from '../throughput.ts';
import { day } from '../time.ts';
import { largestInvocationBytes } from './aws-limits.ts';
import { judge, sampler, shared } from './measured-calls.ts';
import { type SurfaceTraffic, sumOf, verdictsPerDay } from './traffic.ts';

/** How the event sources cut even traffic into batches, and what one of the sampler's writes. */
export interface Batches {
  /** The sampler's, a second. */
  readonly perSecond: number;
  /** Records of one. */
  readonly records: number;
  /** The judge's, a second. */
  readonly judgePerSecond: number;
  /** Judgements of one. */
  readonly judgements: number;
  /** DynamoDB write units of counters, of one batch and all surfaces together. */
  readonly counterUnits: number;
  /** The same of the surface with the most. */
  readonly largestCounterUnits: number;
  /** Write units for marks of changed hours, of one batch of the sampler's, and of one of the judge's. */
  readonly marks: number;
  readonly judgeMarks: number;
}

export interface BatchesInput {
  readonly traffic: readonly SurfaceTraffic[];
  readonly throughput: Throughput;
  /** Mean length of a record as it is sent. */
  readonly recordBytes: number;
  /** Of a surface; as the bench's traffic has them where absent. */
  readonly cohorts?: number | undefined;
  /** Event sources that poll side by side and fill a batch each; as many as Lambda begins with where absent. */
  readonly pollers?: number | undefined;
}

/** Records that fit an invocation, by number and by bytes. */
export function largestBatch(throughput: Throughput, recordBytes: number): number {
  const fitting = Math.floor(largestInvocationBytes / (recordBytes + shared.envelopeBytes));
  return Math.max(1, Math.min(throughput.samplerBatch, fitting));
}

export function planBatches({
  traffic,
  throughput,
  recordBytes,
  cohorts = sampler.cohorts,
  pollers = Math.min(shared.pollers, throughput.samplerConcurrency),
}: BatchesInput): Batches {
  const responses = sumOf(traffic, ({ responsesPerDay }) => responsesPerDay) / (day / 1_000);
  const waiting = (responses * throughput.samplerWindow) / pollers;
  const records = Math.min(largestBatch(throughput, recordBytes), Math.max(1, waiting));
  const perSecond = responses / records;
  const verdicts = sumOf(traffic, verdictsPerDay) / (day / 1_000);
  const { judgeBatch } = throughput;
  const judgements =
    perSecond === 0 ? 1 : Math.min(judgeBatch, judge.batchSize, Math.max(1, verdicts / perSecond));
  const total = responses * (day / 1_000);
  const units = traffic.map(({ responsesPerDay }) => {
    const own = total === 0 ? 0 : (records * responsesPerDay) / total;
    const slices = touched(cohorts, own) + touched(sampler.releases, own);
    return { counters: slices * sampler.writeUnitsPerSlice, marks: touched(1, own) };
  });
  return {
    perSecond,
    records,
    judgePerSecond: verdicts / judgements,
    judgements,
    counterUnits: sumOf(units, ({ counters }) => counters),
    largestCounterUnits: Math.max(0, ...units.map(({ counters }) => counters)),
    marks: sumOf(units, ({ marks }) => marks) * sampler.writeUnitsPerMark,
    judgeMarks:
      verdicts === 0
        ? 0
        : sampler.writeUnitsPerMark * sumOf(traffic, (each) => marksOfJudge(each, judgements / verdicts)),
  };
}

/** Hours of a surface, one for each rubric, that a batch of the judge's is expected to change. */
function marksOfJudge(traffic: SurfaceTraffic, shareOfBatch: number): number {
  const perSecond = verdictsPerDay({ ...traffic, rubrics: 1 }) / (day / 1_000);
  return traffic.rubrics * touched(1, perSecond * shareOfBatch);
}

/** Of `kinds` equally likely ones, how many a number of records is expected to touch. */
function touched(kinds: number, records: number): number {
  return kinds * (1 - Math.exp(-records / kinds));
}
