import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkModules, checkNode } from '#cli/doctor/doctor-project.ts';
import { startJudgeServer, verdictText } from '#local/judges/judge-server.ts';
import { assay } from '#test/support/assay.ts';
import { projectFolder, releasedProject } from '#test/support/project-folder.ts';

/** In a folder with files and without a run. */

describe('doctor', () => {
  it('is content with files in order, and says what a run would need', async () => {
    const { root } = await releasedProject();
    const { code, stdout } = await assay(root, 'doctor', '--no-judge');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^ok {6}node {10}Node \d+/);
    expect(stdout).toContain('1 surface, 1 SLO, 1 rubric version');
    expect(stdout).toMatch(/warning local run {5}none\n +Wanted: a run in \.assay\.\n +Do: "npm start"/);
    expect(stdout).toContain('not asked (--no-judge)');
  });

  it('ends with 1 on a fault in the files, and points at it', async () => {
    const { root } = await projectFolder();
    const { code, stdout } = await assay(root, 'doctor', '--no-judge', '--json');
    expect(code).toBe(1);
    const { ok, checks } = JSON.parse(stdout);
    expect(ok).toBe(false);
    expect(checks.find(({ name }: { name: string }) => name === 'files')).toMatchObject({
      state: 'fault',
      found: expect.stringContaining('rubrics/rubrics.lock'),
      action: expect.stringContaining('npx assay rubric check'),
    });
  });

  it('asks the judge that a key opens, once, and reads its verdict', async () => {
    const judge = await startJudgeServer((request) => ({
      kind: 'text',
      text: verdictText(request, () => 4, 'It answers.'),
    }));
    process.env.OPENAI_API_KEY = 'sk-test';
    process.env.OPENAI_BASE_URL = judge.url;
    const { root } = await releasedProject();
    const { code, stdout, stderr } = await assay(root, 'doctor');
    judge.use(() => ({ kind: 'text', text: 'I would say four of five.' }));
    const unreadable = await assay(root, 'doctor');
    delete process.env.OPENAI_API_KEY;
    delete process.env.OPENAI_BASE_URL;
    await judge.close();
    expect(code).toBe(0);
    expect(stdout).toMatch(/ok {6}judge .*score 4 in \d+ ms/);
    expect(stderr).toContain('at most $0.');
    expect(unreadable.stdout).toMatch(/warning judge /);
  });

  it('knows a Node that is too old, and modules that are not those of the lockfile', async () => {
    expect(checkNode('20.18.0')).toMatchObject({ state: 'fault', found: 'Node 20.18.0' });
    const locked = (version: string) =>
      JSON.stringify({
        packages: {
          '': {},
          'node_modules/a': { version },
          'node_modules/b': { version: '1.0.0', optional: true },
        },
      });
    const { root } = await projectFolder({ 'package-lock.json': locked('2.0.0') });
    expect(await checkModules(root)).toMatchObject({ state: 'fault', found: 'none' });
    await mkdir(join(root, 'node_modules'));
    const installed = join(root, 'node_modules', '.package-lock.json');
    await writeFile(installed, locked('1.9.0'));
    expect(await checkModules(root)).toMatchObject({
      state: 'fault',
      found: '1 of 1 differ or are missing (1.9.0)',
    });
    await writeFile(installed, locked('2.0.0'));
    expect(await checkModules(root)).toMatchObject({ state: 'ok' });
  });

  it('misses development modules only where some are installed', async () => {
    const own = { version: '1.0.0' };
    const tool = { version: '1.0.0', dev: true };
    const packages = { 'node_modules/a': own, 'node_modules/b': tool, 'node_modules/c': tool };
    const { root } = await projectFolder({ 'package-lock.json': JSON.stringify({ packages }) });
    const install = (...names: (keyof typeof packages)[]) =>
      writeFile(
        join(root, 'node_modules', '.package-lock.json'),
        JSON.stringify({ packages: Object.fromEntries(names.map((name) => [name, packages[name]])) }),
      );
    await mkdir(join(root, 'node_modules'));
    await install('node_modules/a');
    expect(await checkModules(root)).toMatchObject({ state: 'ok' });
    await install('node_modules/a', 'node_modules/b');
    expect(await checkModules(root)).toMatchObject({
      state: 'fault',
      found: '1 of 3 differ or are missing (missing)',
    });
  });
});
