import { readdir } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import type { BenchRow } from './flow.ts';

/** Bundles as cdk/assay-function.ts makes them. */
const functions = (await readdir('lambdas', { withFileTypes: true })).filter((entry) => entry.isDirectory());
for (const { name } of functions) {
  const { outputFiles } = await build({
    entryPoints: [`lambdas/${name}/handler.ts`],
    bundle: true,
    write: false,
    platform: 'node',
    format: 'esm',
    target: 'node24',
    minify: true,
    mainFields: ['module', 'main'],
    banner: { js: "import{createRequire}from'node:module';const require=createRequire(import.meta.url);" },
    logLevel: 'error',
  });
  const bundle = outputFiles[0]?.contents ?? new Uint8Array();
  const row: BenchRow = {
    name: `bundle of ${name}`,
    value: Math.round(bundle.length / 1024),
    unit: 'KiB',
    how: `minified, the AWS SDK included; ${Math.round(gzipSync(bundle).length / 1024)} KiB zipped`,
  };
  console.log(JSON.stringify(row));
}
