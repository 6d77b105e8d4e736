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

  describe('of traffic that a stage would not hold', () => {
    // 5% of a billion are 579 judgements a second, and ten invocations of ten calls of 6 s make 16.
    const changes = { 'slos/chat.yaml': chatYaml.replace('20000', '1000000000') };

    it('fails where the judge’s queue would grow for ever, and names the setting that holds it', async () => {
      const { root } = await releasedProject(changes);
      const { code, stdout, stderr } = await assay(root, 'slo', 'check');
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
      expect(stderr).toMatch(
        /^cdk\.json:1:1 Judge calls, 10 invocations of 10 at 6 s each: 1,157 wanted, 16\.7 at most, .* the queue would grow for ever\. Set -c judgeConcurrency=695/,
      );
      const { ok, faults } = JSON.parse((await assay(root, 'slo', 'check', '--json')).stdout);
      expect({ ok, files: faults.map(({ file }: { file: string }) => file) }).toEqual({
        ok: false,
        files: ['cdk.json'],
      });
    });

    it('warns only, of the cap and of AWS’s limits, once cdk.json chooses that setting', async () => {
      const { root, write } = await releasedProject(changes);
      await write('cdk.json', '{"context":{"judgeConcurrency":695}}');
      const { code, stderr } = await assay(root, 'slo', 'check');
      expect(code).toBe(0);
      expect(stderr).toMatch(
        /Warning: slos\/policy\.yaml:1:1 50,001,000 judgements a day cost about \$[\d,]+, and the spending cap allows \$25: 99% of them would be shed\. Set spendingCapUsdPerDay: \d+/,
      );
      expect(stderr).not.toContain('Judge calls');
    });

    it('refuses a setting that Lambda does not take', async () => {
      const { root, write } = await releasedProject();
      await write('cdk.json', '{"context":{"judgeConcurrency":5000}}');
      expect(await assay(root, 'slo', 'check')).toMatchObject({
        code: 1,
        stderr: expect.stringContaining(
          '-c judgeConcurrency: wanted a whole number from 2 to 1000; got "5000"',
        ),
      });
    });
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
