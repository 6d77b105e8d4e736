import { readDeploymentContext } from '#adapters/files/deployment-context.ts';
import type { Catalogue } from '#core/catalogue/catalogue.ts';
import { readThroughput, type Throughput } from '#core/throughput.ts';
import { requireCatalogue } from '../target/catalogue.ts';
import type { TargetOptions } from '../target/target-options.ts';
import { CliError } from '../terminal/cli-error.ts';
import type { JsonOptions } from '../terminal/options.ts';
import { print } from '../terminal/print.ts';
import { estimateCost } from './cost-estimate.ts';
import type { Measurements } from './cost-measure.ts';
import { formatCost } from './cost-text.ts';
import { readTexts } from './cost-texts.ts';

export interface CostOptions extends Partial<TargetOptions>, JsonOptions {
  readonly responsesPerDay?: number;
  readonly responses?: string;
}

/** Prints what a month costs. */
export async function showCost(options: CostOptions): Promise<void> {
  if (options.local !== undefined && options.stack !== undefined)
    throw new CliError('Wanted --local or --stack, got both. Name one.');
  const { catalogue, measured } = await readBasis(options);
  const cost = estimateCost({
    catalogue,
    measured,
    responsesPerDay: options.responsesPerDay,
    throughput: await requireThroughput(process.cwd()),
    texts: options.responses === undefined ? undefined : await readTexts(options.responses, catalogue),
  });
  print(options.json === true ? JSON.stringify(cost, null, 2) : formatCost(cost));
}

/** @throws CliError where cdk.json chooses what Lambda does not take */
async function requireThroughput(root: string): Promise<Throughput> {
  const { throughput, faults } = readThroughput(await readDeploymentContext(root));
  if (faults.length > 0) throw new CliError(`cdk.json: ${faults.join('; ')}`);
  return throughput;
}

/** The files, or a target's own with what was measured there. */
async function readBasis({
  local,
  stack,
}: CostOptions): Promise<{ readonly catalogue: Catalogue; readonly measured?: Measurements }> {
  if (local === undefined && stack === undefined) return { catalogue: await requireCatalogue() };
  const [{ openTarget }, { measureTarget }] = await Promise.all([
    import('../target/target.ts'),
    import('./cost-measure.ts'),
  ]);
  const target = await openTarget({ local: local ?? '', ...(stack !== undefined && { stack }) });
  try {
    return { catalogue: target.catalogue, measured: await measureTarget(target) };
  } finally {
    await target.close();
  }
}
