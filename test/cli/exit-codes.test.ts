import { type ExecFileException, execFile, spawn } from 'node:child_process';
import { closeSync, existsSync, openSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { assay } from '#test/support/assay.ts';
import { releasedProject } from '#test/support/project-folder.ts';

describe('a command ends with', () => {
  it('0 where all is fine, help and version too', async () => {
    const { root } = await releasedProject();
    const { version } = JSON.parse(await readFile(new URL('../../package.json', import.meta.url), 'utf8'));
    expect(await assay(root, '--version')).toMatchObject({ code: 0, stdout: `${version}\n` });
    expect((await assay(root, 'gate', '--help')).code).toBe(0);
    expect((await assay(root, 'rubric', 'check')).code).toBe(0);
  });

  it('1 where a file is at fault', async () => {
    const { root } = await releasedProject({ 'slos/policy.yaml': 'nothing: 1\n' });
    for (const args of [
      ['slo', 'check'],
      ['explain', 'judge-pass'],
    ])
      expect((await assay(root, ...args)).code, args.join(' ')).toBe(1);
  });

  it('1 and the line, before anything runs, where recorded scores are at fault', async () => {
    const verdicts = '{"responseId":"r","score":9}';
    const { root } = await releasedProject({ 'r.jsonl': '{}\n', 'v.jsonl': verdicts });
    const args = ['run', '--responses', 'r.jsonl', '--judge', 'recorded:v.jsonl', '--exit'];
    expect(await assay(root, ...args)).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringContaining('v.jsonl:1 "score": wanted a score, 1 to 5'),
    });
  });

  it('2 for usage and environment', async () => {
    const { root } = await releasedProject();
    for (const args of [
      ['gate', '--teir', '2'],
      ['gate'],
      ['nonsense'],
      ['explain', 'nope'],
      ['status'],
      ['run', '--responses', 'no.jsonl'],
    ])
      expect((await assay(root, ...args)).code, args.join(' ')).toBe(2);
  });

  it('the option that is unknown, where another is missing beside it', async () => {
    const { root } = await releasedProject();
    const { code, stderr } = await assay(root, 'gate', '--teir', '2');
    expect(code).toBe(2);
    expect(stderr).toContain("unknown option '--teir'");
    expect(stderr).toContain('--tier');
  });

  it('2 on an older Node, with what to do', async () => {
    const older = `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.1.0' } })`;
    const { error, stderr } = await new Promise<{ error: ExecFileException | null; stderr: string }>((done) =>
      execFile(
        process.execPath,
        ['--import', `data:text/javascript,${older}`, resolve('bin/assay.js'), 'status'],
        (failure, _, said) => done({ error: failure, stderr: said }),
      ),
    );
    expect(error?.code).toBe(2);
    expect(stderr).toMatch(/wants Node 24 .*call it there as "npx assay".*"npm ci" without --ignore-scripts/);
  });

  it('0 where a reader has seen enough, with all that it had to do done', async () => {
    const { root } = await releasedProject();
    const child = spawn(process.execPath, [resolve('bin/assay.js'), 'slo', 'check'], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    child.stdout.destroy();
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (part: string) => {
      stderr += part;
    });
    const code = await new Promise((done) => child.once('exit', done));
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  });

  it.skipIf(!existsSync('/dev/full'))(
    '2 and a sentence where nothing can be said to stdout (/dev/full)',
    async () => {
      const { root } = await releasedProject();
      const full = openSync('/dev/full', 'w');
      const child = spawn(process.execPath, [resolve('bin/assay.js'), 'slo', 'check'], {
        cwd: root,
        stdio: ['ignore', full, 'pipe'],
      });
      let stderr = '';
      child.stderr?.setEncoding('utf8').on('data', (part: string) => {
        stderr += part;
      });
      const code = await new Promise((done) => child.once('exit', done));
      closeSync(full);
      expect(code).toBe(2);
      expect(stderr).toMatch(/^What this command says cannot be written \(ENOSPC\)[^\n]*\n$/);
    },
  );

  it('2 and a sentence, before anything runs, where a file or a place cannot be used', async () => {
    const { root } = await releasedProject({ 'r.jsonl': '{}\n', afile: '' });
    const run = ['run', '--responses', 'r.jsonl', '--exit'];
    for (const [args, words] of [
      [['run', '--responses', 'slos'], '--responses: slos is a folder'],
      [[...run, '--judge', 'recorded:slos'], '--judge recorded: slos is a folder'],
      [[...run, '--report', 'no/such/r.json'], '--report: no/such/r.json cannot be written (ENOENT)'],
      [[...run, '--report', 'slos'], '--report: slos is a folder'],
      [
        [...run, '--local', 'afile/x'],
        'afile/x cannot be written: a part of the path is no folder (ENOTDIR)',
      ],
      [
        [...run, '--local', 'afile'],
        'afile cannot be written: something of that name is there already (EEXIST)',
      ],
    ] as const)
      expect(await assay(root, ...args), args.join(' ')).toMatchObject({
        code: 2,
        stderr: expect.stringContaining(words),
      });
  });
});
