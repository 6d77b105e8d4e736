import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadCatalogue, readRubrics } from '#adapters/files/catalogue-files.ts';
import { readCompiledCatalogue } from '#adapters/files/compiled-catalogue.ts';
import { extendLock } from '#adapters/files/rubric-lock.ts';
import {
  defaultYaml,
  type ProjectFolder,
  policyYaml,
  projectFolder,
  rubricYaml,
} from '#test/support/project-folder.ts';

/** A project whose rubrics are released, with files laid over it afterwards. */
async function project(files: Readonly<Record<string, string>> = {}): Promise<ProjectFolder> {
  const folder = await projectFolder();
  for (const [file, text] of Object.entries(files)) await folder.write(file, text);
  await extendLock(folder.root, (await readRubrics(folder.root)).files);
  return folder;
}

async function faultsOf(files: Readonly<Record<string, string>>): Promise<readonly string[]> {
  const reading = await loadCatalogue((await project(files)).root);
  return reading.ok ? [] : reading.faults;
}

async function warningsOf(files: Readonly<Record<string, string>>): Promise<readonly string[]> {
  const reading = await loadCatalogue((await project(files)).root);
  if (!reading.ok) throw new Error(reading.faults.join('\n'));
  return reading.warnings;
}

const chatYaml = defaultYaml.replace('surface: default', 'surface: chat');

describe('the catalogue of a folder', () => {
  it('holds every surface and every rubric version', async () => {
    const { root } = await project({
      'slos/chat.yaml': chatYaml,
      'rubrics/helpfulness/2.yaml': rubricYaml({ version: 2, state: 'shadow' }),
    });
    const reading = await loadCatalogue(root);
    expect(reading).toMatchObject({
      ok: true,
      warnings: [],
      catalogue: {
        surfaces: [{ surface: 'chat' }, { surface: 'default' }],
        rubrics: [{ version: 1 }, { version: 2 }],
        spendingCapUsdPerDay: 25,
      },
    });
  });

  it('is read back as it was written for a deployment', async () => {
    const folder = await project();
    const reading = await loadCatalogue(folder.root);
    if (!reading.ok) throw new Error('not in order');
    await folder.write('catalogue.json', JSON.stringify(reading.catalogue));
    expect(await readCompiledCatalogue(join(folder.root, 'catalogue.json'))).toEqual(reading.catalogue);
  });

  it('of this repository is in order', async () => {
    expect(await loadCatalogue(process.cwd())).toMatchObject({ ok: true, warnings: [] });
  });

  it('takes every file for a surface but the policy itself', async () => {
    expect(await faultsOf({ 'slos/no-policy.yaml': chatYaml.replace('tier: 3', 'tier: 9') })).toEqual([
      'slos/no-policy.yaml:3:1 "tier" is 9; write 1 or 2 or 3',
    ]);
  });

  it('names all faults of all files at once, each with its place', async () => {
    const faults = await faultsOf({
      'slos/policy.yaml': policyYaml.replace('objective: 0.92', 'objective: 92'),
      'slos/chat.yaml': chatYaml.replace('owner: platform\n', ''),
      'rubrics/helpfulness/2.yaml': rubricYaml({ version: 2, state: 'live' }),
    });
    expect(faults.map((fault) => fault.split(' ')[0])).toEqual([
      'rubrics/helpfulness/2.yaml:6:1',
      'slos/policy.yaml:16:5',
      'slos/chat.yaml:1:1',
    ]);
  });

  it.each<[string, Record<string, string>, string]>([
    [
      'an unknown template',
      { 'slos/chat.yaml': `${chatYaml}  judge-pas: on\n` },
      'slos/chat.yaml:7:3 there is no SLO template "judge-pas" in slos/policy.yaml; known ones: judge-pass, first-token',
    ],
    [
      'two files for one surface',
      { 'slos/a.yaml': chatYaml, 'slos/b.yaml': chatYaml },
      'slos/b.yaml:1:1 surface "chat" stands in slos/a.yaml too; keep one',
    ],
    [
      'an objective for an unknown template',
      {
        'slos/policy.yaml': policyYaml.replace(
          'severities: [page, ticket] }',
          'severities: [page, ticket], objectives: { judgepass: 0.9 } }',
        ),
      },
      'slos/policy.yaml:5:66 there is no SLO template "judgepass"',
    ],
    [
      'a row that can never fire',
      {
        'slos/chat.yaml': chatYaml.replace(
          'judge-pass: on',
          'judge-pass: { rows: { ticket: { burn: 12 } } }',
        ),
      },
      'slos/chat.yaml:6:25 the ticket row of chat/judge-pass asks for a burn of 12 times',
    ],
    [
      'a rubric that is not there',
      { 'slos/chat.yaml': chatYaml.replace('judge-pass: on', 'judge-pass: { rubric: kindness }') },
      'slos/chat.yaml:6:17 chat/judge-pass names the rubric "kindness", which is not active for this surface; active ones: "helpfulness"',
    ],
  ])('refuses %s, at its line', async (_, files, fault) => {
    const faults = await faultsOf(files);
    expect(faults).toHaveLength(1);
    expect(faults[0]).toContain(fault);
  });

  it('without a policy or a default surface says which file is missing', async () => {
    const folder = await project();
    await folder.remove('slos/default.yaml');
    expect(await loadCatalogue(folder.root)).toEqual({
      ok: false,
      faults: ['slos:1:1 slos/default.yaml is missing; it takes the records of surfaces that are not listed'],
    });
    await folder.remove('slos/policy.yaml');
    expect(await loadCatalogue(folder.root)).toEqual({
      ok: false,
      faults: ['slos/policy.yaml:1:1 cannot be read (ENOENT)'],
    });
  });

  it('warns of a rubric that names a surface nobody has, and goes on', async () => {
    const warnings = await warningsOf({
      'rubrics/grounded/1.yaml': rubricYaml({ id: 'grounded', surfaces: '[serach]' }),
    });
    expect(warnings).toEqual([
      'rubrics/grounded/1.yaml:7:1 there is no surface "serach" in slos/, so a deployment will not judge it by this rubric; add slos/serach.yaml, or mend the name (known: default)',
    ]);
  });

  it('warns of a row that the expected traffic starves, and goes on', async () => {
    const warnings = await warningsOf({ 'slos/chat.yaml': chatYaml.replace('20000', '400') });
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toMatch(
      /^slos\/chat\.yaml:6:3 the ticket row of chat\/judge-pass needs 50 events .* would work$/,
    );
  });
});

describe('the rubric files', () => {
  it.each<[string, Record<string, string>, string]>([
    [
      "a version that is not the file's",
      { 'rubrics/helpfulness/3.yaml': rubricYaml({ version: 2 }) },
      'rubrics/helpfulness/3.yaml:3:1 says it is helpfulness@2, which belongs in rubrics/helpfulness/2.yaml; rename the file or mend id and version',
    ],
    [
      "an id that is not the folder's",
      { 'rubrics/kindness/1.yaml': rubricYaml({ id: 'grace' }) },
      'rubrics/kindness/1.yaml:3:1 says it is grace@1',
    ],
    [
      'two active versions',
      { 'rubrics/helpfulness/2.yaml': rubricYaml({ version: 2 }) },
      'rubrics/helpfulness/2.yaml:6:1 helpfulness@1 and helpfulness@2 are both active; set the older to "retired"',
    ],
    [
      'a rubric outside its folder',
      { 'rubrics/kindness.yaml': rubricYaml({ id: 'kindness' }) },
      'rubrics/kindness.yaml:1:1 is not read: a rubric stands in rubrics/<id>/<version>.yaml; move it there',
    ],
  ])('refuse %s', async (_, files, fault) => {
    const faults = await faultsOf(files);
    expect(faults).toHaveLength(1);
    expect(faults[0]).toContain(fault);
  });

  it('say so where there is none, and where there is no project', async () => {
    const folder = await projectFolder({ 'slos/policy.yaml': policyYaml });
    expect((await readRubrics(folder.root)).faults[0]?.message).toBe(
      'holds no rubric; write one with "npx assay rubric new <id>"',
    );
    const elsewhere = await projectFolder({ 'notes.txt': 'nothing of a project' });
    expect((await readRubrics(elsewhere.root)).faults[0]?.message).toContain(
      'run this in the folder of the project',
    );
  });

  it('are listed by id, and by version as numbers', async () => {
    const versions = Object.fromEntries(
      [2, 9, 10].map((version) => [
        `rubrics/helpfulness/${version}.yaml`,
        rubricYaml({ version, state: 'retired' }),
      ]),
    );
    const { files, faults } = await readRubrics(
      (await project({ ...versions, 'rubrics/a/1.yaml': rubricYaml({ id: 'a', surfaces: '[default]' }) }))
        .root,
    );
    expect(faults).toEqual([]);
    expect(files.map(({ rubric }) => `${rubric.id}@${rubric.version}`)).toEqual([
      'a@1',
      'helpfulness@1',
      'helpfulness@2',
      'helpfulness@9',
      'helpfulness@10',
    ]);
  });
});
