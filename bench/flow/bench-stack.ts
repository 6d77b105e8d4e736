import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadCatalogue } from '#adapters/files/catalogue-files.ts';
import { synthesizeTemplate } from '#cdk/synthesize.ts';
import type { Catalogue } from '#core/catalogue/catalogue.ts';
import type { AwsEndpoints } from '#local/servers/embedded-aws.ts';
import { startServers } from '#local/servers/servers.ts';
import { LocalStack } from '#local/stack/local-stack.ts';

/** This repository's own catalogue: what a deployment of it would run. */
export async function ownCatalogue(): Promise<Catalogue> {
  const reading = await loadCatalogue(process.cwd());
  if (!reading.ok) throw new Error(reading.faults.join('\n'));
  return reading.catalogue;
}

/** The stack on embedded servers in a process of their own. `between` may put proxies before them. */
export async function startBenchStack(
  between: (endpoints: AwsEndpoints) => Promise<AwsEndpoints> = async (endpoints) => endpoints,
): Promise<{ stack: LocalStack; catalogue: Catalogue; stop: () => Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'assay-bench-'));
  const catalogue = await ownCatalogue();
  const servers = await startServers({ timeFactor: 60, judge: { kind: 'simulated' } });
  const stack = await LocalStack.start({
    endpoints: await between(servers.endpoints),
    judgeUrl: servers.judgeUrl,
    judgeKey: () => 'a-key',
    templates: { ...synthesizeTemplate(catalogue, 'bench'), nested: [] },
    catalogue,
    catalogueFile: join(folder, 'catalogue.json'),
    timeFactor: 60,
    onError: (name, error) => console.error(name, error),
  });
  return {
    stack,
    catalogue,
    async stop() {
      await stack.stop();
      await servers.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
