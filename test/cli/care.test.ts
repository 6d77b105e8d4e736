import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkModules, checkNode } from '#cli/doctor/doctor-project.ts';
import { wrap } from '#cli/terminal/text.ts';
import { startJudgeServer, verdictText } from '#local/judges/judge-server.ts';
import { projectFolder, releasedProject } from '#test/support/project-folder.ts';
import { assay } from '../support/assay.ts';

/** `doctor`, `cost` and `--json` in a folder with files and without a run. */

describe('doctor', () => {
  it('is content with files in order, and says what a run would need', async () => {
    const { root } = await releasedProject();
    const { code, stdout } = await assay(root, 'doctor', '--no-judge');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^ok {6}node {10}Node \d+/);
    expect(stdout).toContain('1 surfaces, 1 SLOs, 1 rubric versions');
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

describe('cost', () => {
  it("works out the files' traffic, AWS and tokens apart", async () => {
    const { root } = await releasedProject();
    const { code, stdout } = await assay(root, 'cost');
    expect(code).toBe(0);
    expect(stdout).toContain(
      '20,000 responses a day (expected by the files in slos/), 30,438 verdicts a month.',
    );
    expect(stdout).toMatch(/AWS: \$\d+\.\d+ a month\. .* is the floor/);
    expect(stdout).toMatch(/Judge: \$\d+/);
    expect(stdout).toContain('helpfulness@1 begins with about');
  });

  it('takes the length of prompts from the user’s own records', async () => {
    const { root, write } = await releasedProject();
    const record = (content: string) =>
      JSON.stringify({
        id: content.length.toString(),
        at: '2026-01-05T09:00:00Z',
        surface: 'default',
        status: 'success',
        request: { messages: [{ role: 'user', content: 'x' }] },
        response: { content },
      });
    const tokens = async (...args: string[]) => {
      const { stdout } = await assay(root, 'cost', '--json', ...args);
      const { judge, responsesPerDay } = JSON.parse(stdout);
      return { ...judge.lines[0], responsesPerDay };
    };
    await write('short.jsonl', record('y'.repeat(400)));
    await write('long.jsonl', `${record('y'.repeat(4_400))}\nno record\n${record('y'.repeat(8_400))}`);
    const short = await tokens('--responses', 'short.jsonl', '--responses-per-day', '1000');
    const long = await tokens('--responses', 'long.jsonl', '--responses-per-day', '1000');
    expect(short).toMatchObject({ source: 'records', responsesPerDay: 1_000 });
    // 6,000 characters more on average are 1,500 tokens.
    expect(long.inputTokens - short.inputTokens).toBe(1_500);
    expect(long.prefixShare).toBeLessThan(short.prefixShare);
  });

  it('says what it cannot read', async () => {
    const { root, write } = await releasedProject();
    await write('empty.jsonl', '{"no":"record"}\n');
    for (const [args, words] of [
      [['--responses', 'none.jsonl'], 'none.jsonl cannot be read (ENOENT)'],
      [['--responses', 'empty.jsonl'], "holds no record with an answer's text"],
      [['--local', 'nowhere'], 'There is no local run in nowhere'],
      [['--local', '.', '--stack', 'x'], 'got both'],
      [['--responses-per-day', '-1'], 'Wanted a number of responses a day'],
    ] as const)
      expect(await assay(root, 'cost', ...args)).toMatchObject({
        code: 1,
        stderr: expect.stringContaining(words),
      });
  });
});

describe('what prints text prints JSON too', () => {
  it.each(['rubric new tone', 'rubric bump helpfulness', 'schemas'])('%s', async (command) => {
    const { root } = await releasedProject();
    const { code, stdout } = await assay(root, ...command.split(' '), '--json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toBeTypeOf('object');
  });

  it('says in JSON too that schemas are not current', async () => {
    const { root } = await releasedProject();
    const { code, stdout } = await assay(root, 'schemas', '--check', '--json');
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ ok: false, written: false });
  });
});

describe('lines of a width', () => {
  it.each([
    ['one two three', { width: 8 }, 'one two\nthree'],
    ['one two three', { width: 10, indent: 2 }, 'one two\n  three'],
    ['one two three four', { width: 9, lines: 1 }, 'one two …'],
    ['x'.repeat(12), { width: 8 }, `${'x'.repeat(7)}…`],
  ])('%s', (text, how, lines) => {
    expect(wrap(text, how)).toBe(lines);
  });
});
