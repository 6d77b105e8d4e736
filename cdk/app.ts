import { App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { loadCatalogue } from '#adapters/files/catalogue-files.ts';
import { AssayStack } from './assay-stack.ts';
import { formatMonthlyCost, monthlyCost } from './monthly-cost.ts';
import { capacityWarnings } from './stage/capacity-warnings.ts';
import { featureFlags } from './stage/feature-flags.ts';
import { repositoryRoot } from './stage/repository.ts';
import { readSettings, settingsWarnings } from './stage/settings.ts';

/** Entry of `npx cdk`. Faults of the flags and of the user's files end it with their messages, without a stack trace. */
async function main(): Promise<void> {
  const app = new App({
    context: featureFlags,
    // CloudFormation's resource schemas are checked by a test: their WebAssembly engine would double the time of a synth.
    builtinCloudFormationValidation: false,
  });
  const settings = readSettings((name) => app.node.tryGetContext(name));
  const reading = await loadCatalogue(repositoryRoot);
  const faults = [...(settings.ok ? [] : settings.faults), ...(reading.ok ? [] : reading.faults)];
  if (!settings.ok || !reading.ok) {
    for (const fault of faults) console.error(fault);
    process.exitCode = 1;
    return;
  }
  for (const warning of [
    ...settingsWarnings(settings.settings),
    ...reading.warnings,
    ...capacityWarnings(reading.catalogue, settings.settings.throughput),
  ])
    console.error(`Warning: ${warning}`);
  const stack = new AssayStack(app, { settings: settings.settings, catalogue: reading.catalogue });
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  app.synth();
  console.error(formatMonthlyCost(settings.settings.stage, monthlyCost(stack, reading.catalogue)));
}

await main();
