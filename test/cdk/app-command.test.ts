import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..', '..');
const { app } = JSON.parse(readFileSync(join(root, 'cdk.json'), 'utf8')) as { readonly app: string };

/** Where programs are found that the project does not bring along: a `cdk` installed globally has no other. */
const elsewhere = (process.env.PATH ?? '')
  .split(delimiter)
  .filter((folder) => !folder.includes('node_modules'))
  .join(delimiter);
const hasNpx = elsewhere.split(delimiter).some((folder) => existsSync(join(folder, 'npx')));

describe("CDK's command for the app", () => {
  it.skipIf(!hasNpx)('runs it by the Node of the project, whichever cdk and Node are installed', async () => {
    const version = app.replace('cdk/app.ts', '-p process.versions.node');
    const { stdout } = await promisify(execFile)('sh', ['-c', version], {
      cwd: root,
      env: { PATH: elsewhere, HOME: process.env.HOME },
    });
    expect(Number(stdout.split('.')[0])).toBeGreaterThanOrEqual(24);
  });
});
