import { readFile } from 'node:fs/promises';
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
});
