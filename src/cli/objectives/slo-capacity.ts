import { readDeploymentContext } from '#adapters/files/deployment-context.ts';
import type { FileFault } from '#adapters/files/yaml-file.ts';
import type { Catalogue } from '#core/catalogue/catalogue.ts';
import { policyFile } from '#core/catalogue/check-settings.ts';
import { readThroughput } from '#core/throughput.ts';
import { estimateCost } from '../cost/cost-estimate.ts';

export interface ExpectedTraffic {
  readonly faults: readonly FileFault[];
  readonly warnings: readonly FileFault[];
}

const deploymentFile = 'cdk.json';
const spendingFile = `slos/${policyFile}`;

/**
 * Whether a stage holds the traffic that the surfaces' files expect: its throughput, AWS's limits, the spending cap. What a
 * deployment chooses with `-c` alone is not known here; `context` in cdk.json is.
 */
export async function checkExpectedTraffic(root: string, catalogue: Catalogue): Promise<ExpectedTraffic> {
  const { throughput, faults } = readThroughput(await readDeploymentContext(root));
  const { findings } = estimateCost({
    catalogue,
    responsesPerDay: undefined,
    texts: undefined,
    measured: undefined,
    throughput,
  });
  const placed = findings.map(({ kind, about, message }) => ({
    kind,
    fault: inFile(about === 'spending-cap' ? spendingFile : deploymentFile, message),
  }));
  return {
    faults: [
      ...faults.map((fault) => inFile(deploymentFile, fault)),
      ...placed.filter(({ kind }) => kind === 'fault').map(({ fault }) => fault),
    ],
    warnings: placed.filter(({ kind }) => kind === 'warning').map(({ fault }) => fault),
  };
}

function inFile(file: string, message: string): FileFault {
  return { file, line: 1, column: 1, message };
}
