import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { putAll } from '#adapters/dynamodb/batch-calls.ts';
import { createDynamo } from '#adapters/dynamodb/client.ts';
import { synthesizeTemplate } from '#cdk/synthesize.ts';
import type { Catalogue } from '#core/catalogue/catalogue.ts';
import { judgeFingerprint, judgementKey } from '#core/judging/judgement.ts';
import { env } from '#core/names.ts';
import { createRandom } from '#core/statistics/random.ts';
import { minute } from '#core/time.ts';
import { startServers } from '#local/servers/servers.ts';
import { provision } from '#local/stack/provision.ts';
import { uploadRatingFile } from '#local/stack/upload-rating-file.ts';

/** What it takes to take one large ratings file in. */
export interface FileCost {
  readonly ratings: number;
  readonly accepted: number;
  readonly seconds: number;
  /** Megabytes of this process over what it had before; the servers have a process of their own. */
  readonly peakMemory: number;
  /** The same file once more, which changes nothing. */
  readonly again: number;
}

/** Takes a file of ratings in, three raters a response, through the very handler against the embedded servers. */
export async function measureFile(catalogue: Catalogue, ratings: number): Promise<FileCost> {
  const folder = await mkdtemp(join(tmpdir(), 'assay-bench-'));
  const servers = await startServers({ timeFactor: 1, judge: { kind: 'simulated' } });
  try {
    Object.assign(process.env, servers.endpoints, {
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'local',
      AWS_SECRET_ACCESS_KEY: 'local',
      POWERTOOLS_LOG_LEVEL: 'SILENT',
      [env.catalogue]: join(folder, 'catalogue.json'),
    });
    const { functions } = await provision(synthesizeTemplate(catalogue, 'bench'), 1, 'key');
    for (const { environment } of Object.values(functions)) Object.assign(process.env, environment);
    process.env[env.catalogue] = join(folder, 'catalogue.json');
    await writeFile(join(folder, 'catalogue.json'), JSON.stringify(catalogue));
    const file = join(folder, 'ratings.csv');
    await writeFile(file, await seed(catalogue, ratings));
    globalThis.gc?.();
    const before = process.memoryUsage().rss;
    let peak = before;
    const watch = setInterval(() => {
      peak = Math.max(peak, process.memoryUsage().rss);
    }, 50);
    const started = performance.now();
    const report = await uploadRatingFile({ path: file }, Date.now());
    const seconds = (performance.now() - started) / 1000;
    clearInterval(watch);
    const second = performance.now();
    await uploadRatingFile({ path: file }, Date.now());
    return {
      ratings: report.rows,
      accepted: report.accepted,
      seconds,
      peakMemory: (peak - before) / 2 ** 20,
      again: (performance.now() - second) / 1000,
    };
  } finally {
    await servers.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

/** Judgements of a third as many responses, and the file that rates each three times. */
async function seed(catalogue: Catalogue, ratings: number): Promise<string> {
  const [rubric] = catalogue.rubrics;
  if (rubric === undefined) throw new Error('the catalogue has no rubric');
  const dynamo = createDynamo();
  const random = createRandom('file');
  const start = Date.parse('2026-11-03T00:00:00Z');
  const responses = Array.from({ length: Math.ceil(ratings / 3) }, (_, index) => ({
    responseId: `response-${index}`,
    at: start + index * minute,
    score: 1 + random.integer(5),
  }));
  const fingerprint = judgeFingerprint(rubric);
  await putAll(
    dynamo,
    String(process.env[env.judgementTable]),
    responses.map(({ responseId, at, score }) => ({
      ...judgementKey({
        responseId,
        at: new Date(at).toISOString(),
        surface: 'chat',
        rubric,
        fingerprint,
        repeat: 0,
      }),
      responseId,
      at,
      state: 'judged',
      score,
      pass: score >= rubric.passMark,
      probability: 0.05,
    })),
    { concurrency: 8 },
  );
  const rows = responses.flatMap(({ responseId, score }) =>
    ['ann', 'bob', 'cy'].map((rater) => {
      const given = Math.max(1, Math.min(5, score + random.integer(3) - 1));
      return `${responseId},${rater},${given},2026-11-19T09:00:00Z`;
    }),
  );
  dynamo.destroy();
  return ['response_id,rater_id,score,rated_at', ...rows.slice(0, ratings), ''].join('\n');
}
