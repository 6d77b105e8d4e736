import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, type AppProps } from 'aws-cdk-lib';
import { onTestFinished } from 'vitest';
import { AssayStack } from '#cdk/assay-stack.ts';
import { settingsOf } from '#cdk/stage/settings.ts';
import { inProcess } from '#cdk/synthesize.ts';
import type { Catalogue } from '#core/catalogue/catalogue.ts';

/** A stage's construct tree, not synthesized. Its output folder goes with the test. */
export function constructStage(
  catalogue: Catalogue,
  stage = 'test',
  chosen: Readonly<Record<string, string>> = {},
  appProps: AppProps = {},
): { readonly app: App; readonly stack: AssayStack } {
  const outdir = mkdtempSync(join(tmpdir(), 'assay-test-'));
  onTestFinished(() => rmSync(outdir, { recursive: true, force: true }));
  const app = new App({ ...inProcess, outdir, ...appProps });
  return { app, stack: new AssayStack(app, { settings: settingsOf(stage, chosen), catalogue }) };
}
