import { readdir } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import { type BenchRow, printRows } from '../bench-row.ts';
import { bundleOf } from './bundle.ts';

const functions = (await readdir('lambdas', { withFileTypes: true })).filter((entry) => entry.isDirectory());
for (const { name } of functions) {
  const bundle = await bundleOf({ file: `lambdas/${name}/handler.ts` });
  const row: BenchRow = {
    name: `bundle of ${name}`,
    value: Math.round(bundle.length / 1024),
    unit: 'KiB',
    how: `minified, the AWS SDK included; ${Math.round(gzipSync(bundle).length / 1024)} KiB zipped`,
  };
  printRows([row]);
}
