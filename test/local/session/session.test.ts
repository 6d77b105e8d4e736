import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import { startServers } from '#local/servers/servers.ts';
import { openSession, startSession } from '#local/session/session.ts';
import { assay } from '#test/support/assay.ts';
import { testCatalogue } from '#test/support/catalogue.ts';
import { templatesOf } from '../../support/templates.ts';

async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'assay-session-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** A session on recorded verdicts that are named relative to this folder. */
async function recordedRun(folder: string): Promise<{ local: string; verdicts: string }> {
  const verdicts = join(folder, 'verdicts.jsonl');
  await writeFile(verdicts, '{"responseId":"a","score":5}\n');
  const local = join(folder, 'state');
  const catalogue = testCatalogue();
  const templates = await templatesOf(catalogue, 'local');
  const session = await startSession({
    folder: local,
    catalogue,
    judge: { kind: 'recorded', file: relative('.', verdicts) },
    synthesize: () => templates,
    onError: () => undefined,
  });
  await session.stop();
  return { local, verdicts };
}

it('opens a run on recorded verdicts from another folder', async () => {
  const folder = await temporaryFolder();
  const { local } = await recordedRun(folder);
  const elsewhere = join(folder, 'elsewhere');
  await mkdir(elsewhere);
  const { code, stderr } = await assay(elsewhere, 'status', '--json', '--local', local);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
});

it('says what is missing where the recorded verdicts are gone, and ends', async () => {
  const { local, verdicts } = await recordedRun(await temporaryFolder());
  await rm(verdicts);
  const { code, stderr } = await assay('.', 'status', '--local', local);
  expect(code).toBe(1);
  expect(stderr).toContain(`${verdicts}, cannot be read (ENOENT). Put the file back`);
  await expect(openSession(local, () => undefined)).rejects.toThrow('Put the file back');
});

it('leaves no process of servers that cannot start', async () => {
  const folder = await temporaryFolder();
  const before = children();
  await expect(
    startServers({ timeFactor: 1, judge: { kind: 'recorded', file: join(folder, 'none') } }),
  ).rejects.toThrow('cannot be read');
  await vi.waitFor(() => expect(children()).toBe(before), 300_000);
});

it('leaves no process where the stack cannot be synthesized', async () => {
  const folder = await temporaryFolder();
  const before = children();
  const starting = startSession({
    folder: join(folder, 'state'),
    catalogue: testCatalogue(),
    judge: { kind: 'simulated' },
    synthesize: () => {
      throw new Error('no template');
    },
    onError: () => undefined,
  });
  await expect(starting).rejects.toThrow('no template');
  await vi.waitFor(() => expect(children()).toBe(before), 300_000);
});

/** Children of this process that live, as Node itself counts them. */
function children(): number {
  return process.getActiveResourcesInfo().filter((name) => name === 'ProcessWrap').length;
}
