import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Synthesis, synthesizeTemplate } from '#cdk/synthesize.ts';
import { env } from '#core/names.ts';
import type { AwsEndpoints } from '#local/aws/embedded-aws.ts';
import { type Provisioned, provision } from '#local/aws/provision.ts';
import { useEnvironment } from '#local/session/local-stack.ts';
import { testCatalogue, testRubric } from '#test/support/catalogue.ts';
import { HostileServers, type HostileSetup } from './servers.ts';
import { surfaces } from './traffic.ts';

/**
 * Waits of minutes are over in fractions of a second, an hour's in 1.8 s. Function time-outs are the wall's, since
 * they bound work and not waiting.
 */
export const timeFactor = 2_000;
const functionSeconds = 3;
const visibilitySeconds = 4;

/** What is under way when the process is killed comes again: with batches of 2,000 that would be most of the traffic. */
const largestBatch = 400;

/** A call of it costs more than the day's cap: it is always shed. */
const costlyRubric = testRubric({
  id: 'costly',
  surfaces: ['costly'],
  judge: { model: 'costly-model', prices: { input: 1e6, cachedInput: 1e6, output: 1e6 } },
});

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
  const templates = queuesAndTables();
  const { servers, hostile, direct, judgeUrl } = await starting;
  useEnvironment(direct, {});
  const provisioned = await provision(templates, timeFactor, 'a-key');
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
        timeoutSeconds: functionSeconds * timeFactor,
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

/** The template without alarms, which nobody looks at here, and with the queues' visibility in the wall's seconds. */
function queuesAndTables(): Synthesis {
  const { template } = synthesizeTemplate(testCatalogue(), 'test');
  const kept = Object.entries(template.Resources).filter(
    ([, { Type }]) => !Type.startsWith('AWS::CloudWatch::'),
  );
  const Resources = Object.fromEntries(
    kept.map(([id, resource]) => {
      if (resource.Type !== 'AWS::SQS::Queue') return [id, resource];
      const Properties = { ...resource.Properties, VisibilityTimeout: visibilitySeconds * timeFactor };
      return [id, { ...resource, Properties }];
    }),
  );
  return { template: { ...template, Resources }, nested: [] };
}
