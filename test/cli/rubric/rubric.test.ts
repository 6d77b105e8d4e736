import { describe, expect, it } from 'vitest';
import { assay } from '#test/support/assay.ts';
import { judgesYaml, projectFolder, releasedProject, rubricYaml } from '#test/support/project-folder.ts';

const file = (version: number) => `rubrics/helpfulness/${version}.yaml`;

describe('assay rubric check', () => {
  it('fails on a version that is not released, releases it with --write, and then is content', async () => {
    const { root, read } = await projectFolder();
    expect(await assay(root, 'rubric', 'check')).toEqual({
      code: 1,
      stdout: '',
      stderr: `${file(1)}:1:1 helpfulness@1 is not in rubrics/rubrics.lock; release it with "npx assay rubric check --write"\n`,
    });
    expect(await assay(root, 'rubric', 'check', '--write')).toEqual({
      code: 0,
      stdout: 'Released: helpfulness@1.\n1 rubric version in order: helpfulness@1 (active).\n',
      stderr: '',
    });
    expect(await read('rubrics/rubrics.lock')).toMatch(/^\{\n {2}"helpfulness@1": "[0-9a-f]{64}"\n\}\n$/);
    expect((await assay(root, 'rubric', 'check')).code).toBe(0);
  });

  it('names file, line and cure of every fault, and releases nothing while there is one', async () => {
    const folder = await projectFolder({
      [file(1)]: rubricYaml().replace('passMark: 4', 'passMark: 9'),
      'rubrics/kindness/1.yaml': rubricYaml({ id: 'kindness' }),
      'rubrics/judges.yaml': judgesYaml,
    });
    const { code, stdout, stderr } = await assay(folder.root, 'rubric', 'check', '--write');
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr.split('\n')).toEqual([
      `${file(1)}:18:1 "passMark" is 9; write at most 5`,
      'rubrics/kindness/1.yaml:1:1 kindness@1 is not in rubrics/rubrics.lock; release it with "npx assay rubric check --write"',
      '',
    ]);
    await expect(folder.read('rubrics/rubrics.lock')).rejects.toThrow('ENOENT');
  });

  it('takes a lock that is none calmly, also with --write', async () => {
    const folder = await releasedProject();
    await folder.write('rubrics/rubrics.lock', '<<<<<<< HEAD');
    const { code, stderr } = await assay(folder.root, 'rubric', 'check', '--write');
    expect(code).toBe(1);
    expect(stderr).toBe(
      'rubrics/rubrics.lock:1:1 is not a rubric lock; restore it from version control, or delete it and run "npx assay rubric check --write"\n',
    );
  });

  it('speaks JSON to programs', async () => {
    const folder = await releasedProject();
    expect(JSON.parse((await assay(folder.root, 'rubric', 'check', '--json')).stdout)).toEqual({
      ok: true,
      rubrics: ['helpfulness@1'],
      faults: [],
      remarks: [],
    });
    await folder.write(file(1), rubricYaml({ passMark: 2 }));
    const { code, stdout } = await assay(folder.root, 'rubric', 'check', '--json');
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ ok: false, faults: [{ file: file(1), line: 1, column: 1 }] });
  });
});

describe('assay rubric new', () => {
  it('writes a file that says what is still to be written, and can be released once it is', async () => {
    const folder = await releasedProject();
    const made = await assay(folder.root, 'rubric', 'new', 'kind-words');
    expect(made.code).toBe(0);
    expect(made.stdout).toContain('Wrote rubrics/kind-words/1.yaml. Replace its TODO texts');
    const checked = await assay(folder.root, 'rubric', 'check', '--write');
    expect(checked.code).toBe(1);
    expect(checked.stderr).toContain(
      'rubrics/kind-words/1.yaml:5:1 "description" is still a TODO; replace it with words for the judge',
    );
    await folder.write(
      'rubrics/kind-words/1.yaml',
      (await folder.read('rubrics/kind-words/1.yaml')).replaceAll('TODO ', ''),
    );
    expect(await assay(folder.root, 'rubric', 'check', '--write')).toMatchObject({
      code: 0,
      stdout:
        'Released: kind-words@1.\n2 rubric versions in order: helpfulness@1 (active), kind-words@1 (shadow).\n',
    });
  });

  it.each([
    [
      'Kindness',
      'Wanted an id of lower-case letters, digits and hyphens, at most 40, a letter first; got "Kindness".\n',
    ],
    [
      '../kindness',
      'Wanted an id of lower-case letters, digits and hyphens, at most 40, a letter first; got "../kindness".\n',
    ],
    [
      'helpfulness',
      'There is a rubric "helpfulness" already. Its next version is made with "npx assay rubric bump helpfulness".\n',
    ],
  ])('refuses "%s" and writes nothing', async (id, message) => {
    const folder = await releasedProject();
    expect(await assay(folder.root, 'rubric', 'new', id)).toEqual({ code: 2, stdout: '', stderr: message });
  });
});

describe('assay rubric bump', () => {
  it('copies the newest version to the next and retires the old one, comments and all', async () => {
    const folder = await releasedProject();
    expect(await assay(folder.root, 'rubric', 'bump', 'helpfulness')).toEqual({
      code: 0,
      stdout: [
        `Wrote ${file(2)} (active) as a copy of version 1, which is now retired.`,
        'Edit the new file, then release it with "npx assay rubric check --write".',
        'A price, an address or a key is no reason to bump: those stand in rubrics/judges.yaml and change no score.',
        'While it asks the same of people (title, description, criteria, overall rule, pass mark), their ratings count for it; once its question changes, its SLOs hold at ticket until people have rated it (docs/ratings.md).',
        '',
      ].join('\n'),
      stderr: '',
    });
    expect(await folder.read(file(2))).toBe(rubricYaml({ version: 2 }));
    expect(await folder.read(file(1))).toBe(rubricYaml({ state: 'retired' }));
    await folder.write(file(2), rubricYaml({ version: 2, passMark: 3 }));
    expect((await assay(folder.root, 'rubric', 'check', '--write')).stdout).toBe(
      'Released: helpfulness@2.\n2 rubric versions in order: helpfulness@1 (retired), helpfulness@2 (active).\n',
    );
  });

  it('rescues an edit that was made to a released version', async () => {
    const folder = await releasedProject();
    await folder.write(file(1), rubricYaml({ passMark: 3 }));
    const { stdout } = await assay(folder.root, 'rubric', 'bump', 'helpfulness');
    expect(stdout).toContain(
      `the new file carries that edit. Now restore ${file(1)} from version control and set its state to "retired".`,
    );
    expect(await folder.read(file(2))).toBe(rubricYaml({ version: 2, passMark: 3 }));
    await folder.write(file(1), rubricYaml({ state: 'retired' }));
    expect((await assay(folder.root, 'rubric', 'check', '--write')).code).toBe(0);
  });

  it('sends a version that is not released back to its own file', async () => {
    const { root } = await projectFolder();
    expect(await assay(root, 'rubric', 'bump', 'helpfulness')).toMatchObject({
      code: 2,
      stderr: `helpfulness@1 is not released yet: edit ${file(1)} itself, then release it with "npx assay rubric check --write".\n`,
    });
  });

  it('brings a retired rubric back as a shadow', async () => {
    const folder = await releasedProject();
    await folder.write(file(1), rubricYaml({ state: 'retired' }));
    expect((await assay(folder.root, 'rubric', 'bump', 'helpfulness')).stdout).toContain('(shadow)');
    expect(await folder.read(file(2))).toBe(rubricYaml({ version: 2, state: 'shadow' }));
  });

  it('names the rubrics there are where it finds none, and the fault where one is broken', async () => {
    const folder = await releasedProject();
    expect((await assay(folder.root, 'rubric', 'bump', 'kindness')).stderr).toBe(
      'There is no rubric "kindness" (known: helpfulness). A new one is made with "npx assay rubric new kindness".\n',
    );
    await folder.write(file(1), rubricYaml({ state: 'live' }));
    expect((await assay(folder.root, 'rubric', 'bump', 'helpfulness')).stderr).toBe(
      `${file(1)}:6:1 "state" is "live"; write "active" or "shadow" or "retired"\n`,
    );
  });
});

describe('assay rubric --json', () => {
  it.each(['rubric new tone', 'rubric bump helpfulness'])('%s prints JSON', async (command) => {
    const { root } = await releasedProject();
    const { code, stdout } = await assay(root, ...command.split(' '), '--json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toBeTypeOf('object');
  });
});
