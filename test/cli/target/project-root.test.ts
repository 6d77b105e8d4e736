import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findProject } from '#cli/target/project-root.ts';
import { assay } from '#test/support/assay.ts';
import { releasedProject } from '#test/support/project-folder.ts';

describe('a command in a folder below the project', () => {
  it('works in the project, with paths that stay what they are', async () => {
    const { root, write } = await releasedProject();
    const below = join(root, 'docs', 'deep');
    await mkdir(below, { recursive: true });
    expect(findProject(below)).toBe(root);
    expect(findProject('/')).toBeUndefined();
    const { code, stdout } = await assay(below, 'rubric', 'check');
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: '1 rubric version in order: helpfulness@1 (active).\n',
    });
    await write('docs/deep/counts.csv', 'at,slo,surface,good,total\n');
    const told = await assay(below, 'backtest', '--counts', 'counts.csv', '--objective', '0.9');
    expect(told).toMatchObject({ code: 1, stderr: expect.stringContaining('holds nothing to replay') });
  });
});
