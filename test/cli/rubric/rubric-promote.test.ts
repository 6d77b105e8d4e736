import { describe, expect, it } from 'vitest';
import { readRubrics } from '#adapters/files/catalogue-files.ts';
import { extendLock } from '#adapters/files/rubric-lock.ts';
import { assay } from '#test/support/assay.ts';
import { releasedProject, rubricYaml } from '#test/support/project-folder.ts';

const [first, second] = ['rubrics/helpfulness/1.yaml', 'rubrics/helpfulness/2.yaml'];

/** Version 1 active and version 2 a shadow, both released. */
async function project(changes: Parameters<typeof rubricYaml>[0] = {}) {
  const folder = await releasedProject({ [second]: rubricYaml({ version: 2, state: 'shadow', ...changes }) });
  await extendLock(folder.root, (await readRubrics(folder.root)).files);
  return folder;
}

describe('a bump to a shadow', () => {
  it('leaves the old version as it is', async () => {
    const folder = await releasedProject();
    const { stdout } = await assay(folder.root, 'rubric', 'bump', 'helpfulness', '--shadow');
    expect(stdout).toContain('2.yaml (shadow) as a copy of version 1, which is still active.');
    expect(await folder.read(first)).toBe(rubricYaml());
    expect(await folder.read(second)).toBe(rubricYaml({ version: 2, state: 'shadow' }));
  });
});

describe('a version that is promoted', () => {
  it('is active afterwards and the former retired, in files that are as they were otherwise', async () => {
    const folder = await project();
    const { code, stdout } = await assay(folder.root, 'rubric', 'promote', 'helpfulness@2');
    expect(code).toBe(0);
    expect(await folder.read(second)).toBe(rubricYaml({ version: 2, state: 'active' }));
    expect(await folder.read(first)).toBe(rubricYaml({ state: 'retired' }));
    expect(stdout).toContain('default: version 2 in place of version 1');
    expect(stdout).toContain('Ratings of helpfulness@1 count for helpfulness@2 (the question is the same)');
    expect(stdout).toMatch(/\$\d+\.\d\d a month before \(judge-model\), \$\d+\.\d\d with judge-model/);
    expect((await assay(folder.root, 'rubric', 'check')).code).toBe(0);
    const again = await assay(folder.root, 'rubric', 'promote', 'helpfulness@2', '--json');
    expect(JSON.parse(again.stdout)).toMatchObject({ files: [], surfaces: [], former: [] });
    // And back.
    await assay(folder.root, 'rubric', 'promote', 'helpfulness@1');
    expect(await folder.read(first)).toBe(rubricYaml());
    expect(await folder.read(second)).toBe(rubricYaml({ version: 2, state: 'retired' }));
  });

  it('says where its question is another, and which surfaces it leaves', async () => {
    const folder = await project({ passMark: 3, surfaces: '[other]' });
    const { stdout } = await assay(folder.root, 'rubric', 'promote', 'helpfulness@2');
    expect(stdout).toContain('The question is another (pass mark)');
    expect(stdout).toContain('default: version 1, and none any more');
  });

  it.each([
    [
      'unreleased',
      rubricYaml({ version: 3, state: 'shadow' }),
      'helpfulness@3 is not in rubrics/rubrics.lock',
    ],
    ['faulty', 'id: helpfulness\nversion: 3\n', '3.yaml:'],
  ])('is refused where a file is %s, and nothing is written', async (_, text, words) => {
    const folder = await project();
    await folder.write('rubrics/helpfulness/3.yaml', text);
    const { code, stderr } = await assay(folder.root, 'rubric', 'promote', 'helpfulness@3');
    expect(code).not.toBe(0);
    expect(stderr).toContain(words);
    expect(await folder.read(first)).toBe(rubricYaml());
  });

  it('is refused where it was edited since its release, or is not there', async () => {
    const folder = await project();
    expect((await assay(folder.root, 'rubric', 'promote', 'helpfulness@7')).stderr).toContain(
      'no rubric helpfulness@7',
    );
    await folder.write(second, rubricYaml({ version: 2, state: 'shadow', passMark: 2 }));
    const { code, stderr } = await assay(folder.root, 'rubric', 'promote', 'helpfulness@2');
    expect(code).not.toBe(0);
    expect(stderr).toContain('released and its content changed');
  });
});
