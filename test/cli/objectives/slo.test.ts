import { describe, expect, it } from 'vitest';
import { assay } from '#test/support/assay.ts';
import { defaultYaml, releasedProject } from '#test/support/project-folder.ts';

const chatYaml = defaultYaml.replace('surface: default', 'surface: chat');

describe('assay slo check', () => {
  it('shows the surfaces and SLOs that the files make', async () => {
    const { root } = await releasedProject({
      'slos/chat.yaml': chatYaml.replace('judge-pass: on', 'judge-pass: { objective: 0.9 }'),
    });
    expect(await assay(root, 'slo', 'check')).toEqual({
      code: 0,
      stdout: [
        'Surface  tier  responses a day  judged      rubrics        owner',
        'chat     3     20,000           1,000 (5%)  helpfulness@1  platform',
        'default  3     20,000           1,000 (5%)  helpfulness@1  platform',
        '',
        'SLO                 objective  window  alarms',
        'chat/judge-pass     90%        24 h    ticket',
        'default/judge-pass  92%        24 h    ticket',
        '',
        '2 surfaces and 2 SLOs in order. The judge may spend $25 a day.',
        '',
      ].join('\n'),
      stderr: '',
    });
  });

  it('fails with file, line and cure where they are not in order', async () => {
    const { root } = await releasedProject({
      'slos/chat.yaml': chatYaml.replace('judge-pass: on', 'judge-pas: on'),
    });
    expect(await assay(root, 'slo', 'check')).toEqual({
      code: 1,
      stdout: '',
      stderr:
        'slos/chat.yaml:6:3 there is no SLO template "judge-pas" in slos/policy.yaml; known ones: judge-pass, first-token\n',
    });
  });

  it('warns on stderr of what will seldom speak, and fails nothing', async () => {
    const { root } = await releasedProject({ 'slos/chat.yaml': chatYaml.replace('20000', '400') });
    const { code, stdout, stderr } = await assay(root, 'slo', 'check');
    expect(code).toBe(0);
    expect(stdout).toContain('chat/judge-pass');
    expect(stderr).toMatch(
      /^Warning: slos\/chat\.yaml:6:3 the ticket row of chat\/judge-pass needs 50 events /,
    );
  });

  it('speaks JSON to programs', async () => {
    const folder = await releasedProject({});
    const good = await assay(folder.root, 'slo', 'check', '--json');
    expect(JSON.parse(good.stdout)).toMatchObject({
      ok: true,
      faults: [],
      warnings: [],
      surfaces: [{ surface: 'default', slos: [{ id: 'judge-pass' }] }],
    });
    await folder.write('slos/default.yaml', 'surface: default\n');
    const bad = await assay(folder.root, 'slo', 'check', '--json');
    expect(bad.code).toBe(1);
    expect(JSON.parse(bad.stdout)).toMatchObject({
      ok: false,
      faults: [{ file: 'slos/default.yaml', line: 1 }, {}, {}, {}],
    });
  });
});
