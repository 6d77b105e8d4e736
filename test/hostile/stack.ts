import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { secretEntries } from '#core/judges/judge-place.ts';
import { env } from '#core/names.ts';
import type { AwsEndpoints } from '#local/servers/embedded-aws.ts';
import { useEnvironment } from '#local/stack/local-environment.ts';
import { type Provisioned, provision } from '#local/stack/provision.ts';
import { testCatalogue, testRubric } from '../support/catalogue.ts';
import { testJudge } from '../support/judges.ts';
import { templatesOf, withoutAlarms, withWallTimes } from '../support/templates.ts';
import { HostileServers, type HostileSetup } from './servers.ts';
import { surfaces } from './traffic.ts';

/** Waits of minutes are over in fractions of a second, an hour's in 1.8 s. */
export const timeFactor = 2_000;

/** What a killed process held is free after so long; nothing that lives needs as much. */
const wallTimes = { functionSeconds: 8, visibilitySeconds: 10 };

/** What is under way when the process is killed comes again: with batches of 2,000 that would be most of the traffic. */
const largestBatch = 400;

/** A call of it costs more than the day's cap: it is always shed. */
const costlyJudge = {
  ...testJudge('costly-model'),
  prices: { asOf: '2026-11-28', standard: { input: 1e6, cachedInput: 1e6, output: 1e6 } },
};
const costlyRubric = testRubric({
  id: 'costly',
  surfaces: ['costly'],
  judge: { model: costlyJudge.model },
});

const judges = [testJudge(), costlyJudge];
const keys = JSON.stringify(Object.fromEntries(secretEntries(judges).map((entry) => [entry, 'a-key'])));

const catalogue = testCatalogue({
  policy: { spendingCapUsdPerDay: 100 },
  surfaces: Object.entries(surfaces).map(([surface, { rate }]) => ({
    surface,
    sampleRate: rate,
    ...(surface === 'chat' && {
      feedback: true,
      slos: { 'judge-pass': 'on', 'first-token': 'on', availability: 'on' },
    }),
    ...(surface === 'default' && { tier: 3 }),
  })),
  rubrics: [testRubric(), costlyRubric],
  judges,
});

export interface HostileStack {
  readonly servers: HostileServers;
  /** Past everything that goes wrong. */
  readonly direct: AwsEndpoints;
  readonly provisioned: Provisioned;
  /** Environment of the handlers' process. */
  readonly environment: NodeJS.ProcessEnv;
  close(): Promise<void>;
}

/** Queues and tables of the CDK template on hostile servers; its handlers are not yet running. */
export async function startHostileStack(setup: Omit<HostileSetup, 'timeFactor'>): Promise<HostileStack> {
  const folder = await mkdtemp(join(tmpdir(), 'assay-hostile-'));
  const starting = HostileServers.start({ ...setup, timeFactor });
  const templates = withWallTimes(withoutAlarms(await templatesOf(testCatalogue())), timeFactor, wallTimes);
  const { servers, hostile, direct, judgeUrl } = await starting;
  useEnvironment(direct, {});
  const provisioned = await provision(templates, timeFactor, keys);
  const catalogueFile = join(folder, 'catalogue.json');
  await writeFile(catalogueFile, JSON.stringify(catalogue));
  const functions = Object.values(provisioned.functions).map(({ environment }) => environment);
  return {
    servers,
    direct,
    provisioned: {
      ...provisioned,
      eventSources: provisioned.eventSources.map((source) => ({
        ...source,
        batchSize: Math.min(source.batchSize, largestBatch),
      })),
    },
    environment: {
      ...process.env,
      ...hostile,
      ...(Object.assign({}, ...functions) as Record<string, string>),
      [env.catalogue]: catalogueFile,
      [env.judgeUrl]: judgeUrl,
    },
    async close() {
      await servers.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
