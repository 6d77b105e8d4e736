import { nameCaps } from '#core/series/counted-names.ts';
import type { IncomingMessage } from '#lambdas/sampler/batch-plan.ts';
import { CountedNames } from '#lambdas/sampler/counted-names.ts';
import { sampleBatch } from '#lambdas/sampler/sample-batch.ts';
import { SamplerZoom } from '#lambdas/sampler/zoom.ts';
import { type BenchRow, median, printRows } from '../bench-row.ts';
import { ownCatalogue } from './bench-stack.ts';
import { litellmBodies, ourBodies } from './traffic.ts';

/** The sampler's CPU for a batch (all but the AWS calls) over plain JSON.parse of the same bodies, in one run. */
const size = 2_000;
const rounds = 60;
const warmUp = 10;

const catalogue = await ownCatalogue();
const now = Date.now();
const taken = async (messages: readonly unknown[]) => messages.map(() => true);
const dependencies = {
  catalogue,
  counters: { add: async () => undefined, markDirty: async () => undefined, claimFeedback: async () => true },
  names: new CountedNames(
    { claim: async (_surface, _at, wanted) => wanted },
    nameCaps(catalogue),
    () => undefined,
  ),
  zoom: new SamplerZoom(
    catalogue,
    async () => [],
    () => undefined,
  ),
  forward: taken,
  reject: taken,
  stamp: () => 'bench',
};

/** Microseconds of CPU that something takes. */
async function cpuOf(work: () => unknown): Promise<number> {
  const start = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(start);
  return user + system;
}

const shape = { surfaces: ['chat', 'search'], cohorts: ['eu', 'us', 'apac'], releases: ['1.4.2'] };
for (const [name, bodies] of [
  ['our 2 KB records', ourBodies(size, now, shape)],
  ["LiteLLM's payloads", litellmBodies(size, now)],
] as const) {
  const messages: IncomingMessage[] = bodies.map((body, i) => ({
    messageId: String(i),
    body,
    sentAt: now,
    receives: 1,
  }));
  const parsing: number[] = [];
  const sampling: number[] = [];
  for (let round = 0; round < rounds + warmUp; round += 1) {
    const parsed = await cpuOf(() => bodies.map((body) => JSON.parse(body)));
    const sampled = await cpuOf(() => sampleBatch(dependencies, messages, Number.POSITIVE_INFINITY));
    if (round < warmUp) continue;
    parsing.push(parsed);
    sampling.push(sampled);
  }
  const bytes = Math.round(bodies.reduce((sum, body) => sum + Buffer.byteLength(body), 0) / size);
  const rows: BenchRow[] = [
    {
      name: `sampler CPU over JSON.parse, ${name}`,
      value: Number(median(sampling.map((cpu, round) => cpu / (parsing[round] ?? 0))).toFixed(2)),
      unit: 'times',
      how: `median of ${rounds} pairs of batches of ${size} records of ${bytes} bytes, AWS calls left out; aim 2.5 or less`,
    },
    {
      name: `sampler CPU a record, ${name}`,
      value: Number((median(sampling) / size).toFixed(1)),
      unit: 'µs',
      how: `JSON.parse alone: ${(median(parsing) / size).toFixed(1)} µs`,
    },
  ];
  printRows(rows);
}
