import { mkdir, mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
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

it('opens a run of a judge with a key where the key is not at hand: nothing that is shown asks the judge', async () => {
  const local = join(await temporaryFolder(), 'state');
  const catalogue = testCatalogue();
  const templates = await templatesOf(catalogue, 'local');
  const session = await startSession({
    folder: local,
    catalogue,
    judge: { kind: 'openai' },
    synthesize: () => templates,
    onError: () => undefined,
  });
  await session.stop();
  vi.stubEnv('OPENAI_API_KEY', '');
  onTestFinished(() => void vi.unstubAllEnvs());
  const { code, stderr } = await assay('.', 'status', '--json', '--local', local);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const file = join(local, 'session.json');
  const read = async () => JSON.parse(await readFile(file, 'utf8'));
  // One that opens the tables and then fails, as a command that misses something does, leaves no word of damage.
  await writeFile(file, JSON.stringify({ ...(await read()), templates: {} }));
  await expect(openSession(local, () => undefined)).rejects.toThrow();
  await writeFile(file, JSON.stringify({ ...(await read()), templates }));
  expect(await assay('.', 'status', '--json', '--local', local)).toMatchObject({ code: 0, stderr: '' });
  await writeFile(file, '{"judge":{"ki');
  const doctor = await assay('.', 'doctor', '--local', local);
  expect(doctor.code).toBe(1);
  expect(doctor.stdout.replace(/\s+/g, ' ')).toContain('its file session.json is cut off or damaged');
});

it('says what is missing where the recorded verdicts are gone, and ends', async () => {
  const { local, verdicts } = await recordedRun(await temporaryFolder());
  await rm(verdicts);
  const { code, stderr } = await assay('.', 'status', '--local', local);
  expect(code).toBe(2);
  expect(stderr).toContain(`${verdicts}, cannot be read (ENOENT). Put the file back`);
  await expect(openSession(local, () => undefined)).rejects.toThrow('Put the file back');
});

it('is told of a kill, a damaged file and who holds the folder; all it writes is for this user alone', async () => {
  const { local } = await recordedRun(await temporaryFolder());
  for (const entry of await readdir(local, { recursive: true, withFileTypes: true })) {
    const { mode } = await stat(join(entry.parentPath, entry.name));
    expect([entry.name, mode & 0o077]).toEqual([entry.name, 0]);
  }
  const file = join(local, 'session.json');
  const record = await readFile(file, 'utf8');
  // As a kill leaves it; the id of the process is another's now.
  const pid = process.ppid;
  await writeFile(
    file,
    JSON.stringify({ ...JSON.parse(record), live: { pid }, remark: 'It was stopped half way.' }),
  );
  await writeFile(
    join(local, 'holder.json'),
    JSON.stringify({ pid, born: 'another time', since: 'x', command: 'x' }),
  );
  const tables = join(local, 'dynamodb');
  for (const name of await readdir(tables)) if (name.endsWith('.log')) await truncate(join(tables, name), 20);
  await writeFile(join(local, 'queues.json'), '{"a');
  const session = await openSession(local, () => undefined);
  for (const words of [
    `process ${pid}) was killed: messages that waited in its queues`,
    'The file queues.json of the run',
    'bytes of what was stored are gone or cannot be read',
    'stopped half way',
  ])
    expect(session.notice).toContain(words);
  await expect(
    startSession({
      folder: local,
      catalogue: testCatalogue(),
      judge: { kind: 'simulated' },
      synthesize: () => {
        throw new Error('not asked');
      },
      onError: () => undefined,
    }),
  ).rejects.toThrow(`(pid ${process.pid}; `);
  await session.stop();
  await writeFile(join(tables, 'CURRENT'), 'nothing');
  await expect(openSession(local, () => undefined)).rejects.toThrow(
    `The tables of the run in ${local} are damaged and cannot be opened`,
  );
  await writeFile(file, record.slice(0, 100));
  await expect(openSession(local, () => undefined)).rejects.toThrow(
    'its file session.json is cut off or damaged. Start a new one',
  );
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
