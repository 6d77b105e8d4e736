import { describe, expect, it } from 'vitest';
import { loadCatalogue, readRubrics } from '#adapters/files/catalogue-files.ts';
import { extendLock, readLock } from '#adapters/files/rubric-lock.ts';
import {
  type ProjectFolder,
  projectFolder,
  releasedProject,
  rubricYaml,
} from '#test/support/project-folder.ts';

const file = 'rubrics/helpfulness/1.yaml';
const lock = 'rubrics/rubrics.lock';

async function faultsOf({ root }: ProjectFolder): Promise<readonly string[]> {
  const reading = await loadCatalogue(root);
  return reading.ok ? [] : reading.faults;
}

describe('the rubric lock', () => {
  it('holds the content hash of each released version, in order, for a reviewer to read', async () => {
    const folder = await releasedProject();
    await folder.write('rubrics/a/1.yaml', rubricYaml({ id: 'a', state: 'shadow' }));
    expect(await extendLock(folder.root, (await readRubrics(folder.root)).files)).toEqual(['a@1']);
    expect(await folder.read(lock)).toMatch(
      /^\{\n {2}"a@1": "[0-9a-f]{64}",\n {2}"helpfulness@1": "[0-9a-f]{64}"\n\}\n$/,
    );
    expect(await faultsOf(folder)).toEqual([]);
  });

  it('refuses a released version whose content changed, and says how to go on', async () => {
    const folder = await releasedProject();
    await folder.write(file, rubricYaml({ passMark: 3 }));
    expect(await faultsOf(folder)).toEqual([
      `${file}:1:1 helpfulness@1 is released and its content changed; a released version never changes, for scores would change their meaning. Undo the edit, or make a new version with "npx assay rubric bump helpfulness" and edit that`,
    ]);
  });

  it.each([
    ['its state', rubricYaml({ state: 'shadow' }).replace('state: shadow', 'state: active')],
    ['its surfaces', rubricYaml({ surfaces: '[default]' })],
    ['its prices', rubricYaml().replace('output: 2', 'output: 3')],
    [
      'a comment and the order of its keys',
      `# hello\n${rubricYaml().replace('overall: minimum\n', '')}overall: minimum\n`,
    ],
  ])('lets a released version change %s', async (_, text) => {
    const folder = await releasedProject();
    await folder.write(file, text);
    expect(await faultsOf(folder)).toEqual([]);
  });

  it('refuses a released version that vanished', async () => {
    const folder = await releasedProject();
    await folder.write('rubrics/helpfulness/2.yaml', rubricYaml({ version: 2 }));
    await extendLock(folder.root, (await readRubrics(folder.root)).files.slice(1));
    await folder.remove(file);
    expect(await faultsOf(folder)).toEqual([
      `${lock}:1:1 helpfulness@1 is released and rubrics/helpfulness/1.yaml is gone; restore it from version control (state "retired" takes it out of use)`,
    ]);
  });

  it('does not call a version gone whose file has a fault of its own', async () => {
    const folder = await releasedProject();
    await folder.write(file, rubricYaml({ state: 'live' }));
    expect(await faultsOf(folder)).toEqual([
      `${file}:6:1 "state" is "live"; write "active" or "shadow" or "retired"`,
    ]);
  });

  it('refuses a new version that is not released yet', async () => {
    const folder = await releasedProject();
    await folder.write('rubrics/helpfulness/2.yaml', rubricYaml({ version: 2, state: 'shadow' }));
    expect(await faultsOf(folder)).toEqual([
      'rubrics/helpfulness/2.yaml:1:1 helpfulness@2 is not in rubrics/rubrics.lock; release it with "npx assay rubric check --write"',
    ]);
  });

  it.each([
    ['no JSON', '<<<<<<< HEAD\n{'],
    ['a hash that is none', '{"helpfulness@1":"abc"}'],
    ['a list', '[]'],
    ['a number', '7'],
  ])('that is tampered with (%s) is refused with its cure', async (_, text) => {
    const folder = await releasedProject();
    await folder.write(lock, text);
    expect(await faultsOf(folder)).toEqual([
      `${lock}:1:1 is not a rubric lock; restore it from version control, or delete it and run "npx assay rubric check --write"`,
    ]);
    await expect(extendLock(folder.root, [])).rejects.toThrow('is not a rubric lock');
  });

  it("with another version's hash is found out", async () => {
    const folder = await releasedProject();
    await folder.write(lock, `{"helpfulness@1":"${'0'.repeat(64)}"}`);
    expect((await faultsOf(folder))[0]).toContain('helpfulness@1 is released and its content changed');
  });

  it('never replaces what it holds', async () => {
    const folder = await releasedProject();
    const before = await folder.read(lock);
    await folder.write(file, rubricYaml({ passMark: 3 }));
    expect(await extendLock(folder.root, (await readRubrics(folder.root)).files)).toEqual([]);
    expect(await folder.read(lock)).toBe(before);
  });

  it('is empty where there is none', async () => {
    expect(await readLock((await projectFolder()).root)).toEqual({});
  });
});
