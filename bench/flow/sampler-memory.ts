import { execFile } from 'node:child_process';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { SQSEvent } from 'aws-lambda';
import { type BenchRow, printRows } from '../bench-row.ts';
import { ourBodies, sqsRecords } from './traffic.ts';

/** What a batch at Lambda's limit of 6 MB adds to a process that holds the sampler and nothing else. */
const limitBytes = 6 * 1024 * 1024;

const [, self = '', file] = process.argv;
if (file === undefined) await measureInAnotherProcess();
else await handleFile(file);

async function measureInAnotherProcess(): Promise<void> {
  const { startBenchStack } = await import('./bench-stack.ts');
  const { stop } = await startBenchStack();
  const payload = join(tmpdir(), `assay-bench-${process.pid}.json`);
  await writeFile(payload, fullEvent());
  const { stdout } = await promisify(execFile)(process.execPath, [self, payload]);
  process.stdout.write(stdout);
  await rm(payload);
  await stop();
  process.exit(0);
}

function fullEvent(): string {
  const shape = { surfaces: ['chat', 'search'], cohorts: ['eu', 'us', 'apac'], releases: ['1.4.2'] };
  const now = Date.now();
  let size = 0;
  const Records = sqsRecords(ourBodies(4_000, now, shape), now).filter((record) => {
    size += JSON.stringify(record).length + 1;
    return size < limitBytes;
  });
  return JSON.stringify({ Records });
}

async function handleFile(name: string): Promise<void> {
  const { handler } = await import('#lambdas/sampler/handler.ts');
  const rss = () => process.memoryUsage().rss;
  const warm = sqsRecords(
    ourBodies(5, Date.now(), { surfaces: ['chat'], cohorts: [], releases: [] }),
    Date.now(),
  );
  await handler({ Records: warm });
  const before = rss();
  // The runtime hands the event over as text: reading it belongs to the batch.
  const event = JSON.parse(await readFile(name, 'utf8')) as SQSEvent;
  await handler(event);
  const highest = process.resourceUsage().maxRSS * 1024;
  const rows: BenchRow[] = [
    {
      name: 'sampler memory of a batch at 6 MB',
      value: Math.round((highest - before) / 2 ** 20),
      unit: 'MiB',
      how: `highest resident size less that before the batch; ${event.Records.length} records of 2 KB, reading the event included`,
    },
    {
      name: 'sampler process at its highest',
      value: Math.round(highest / 2 ** 20),
      unit: 'MiB',
      how: 'resident size on unbundled sources; the function has 1,024 MiB',
    },
  ];
  printRows(rows);
}
