import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { assay } from '#test/support/assay.ts';
import { policyYaml, releasedProject } from '#test/support/project-folder.ts';

const chat = (slos: string) =>
  `surface: chat\ntitle: Chat\nowner: chat-team\ntier: 1\nexpectedPerDay: 20000\nslos: { ${slos} }\n`;

describe('assay explain', () => {
  it('tells for each severity what fires it, when, at which cost', async () => {
    const { root } = await releasedProject({ 'slos/chat.yaml': chat('first-token: on') });
    const { code, stdout } = await assay(root, 'explain', 'first-token');
    expect(code).toBe(0);
    expect(stdout).toContain('chat/first-token: first token in time');
    expect(stdout).toContain('Wanted: 95% over 24 h, so at most 5% may be bad');
    expect(stdout).toMatch(
      /PAGE \(wakes somebody\)\n {2}fires from {2}10% bad over 6 h and 30 min \(2 times the even burn\)/,
    );
    expect(stdout).toMatch(
      /all bad +fires after \d+ min \(\d+ min to \d+ min\), with .* of the budget of 24 h spent/,
    );
    expect(stdout).toMatch(/chance +a drop to 12.5% bad fires it within a day on \d/);
    expect(stdout).toMatch(/\$\d+\.\d\d a month at list prices/);
  });

  it('prints the same as JSON', async () => {
    const { root } = await releasedProject({ 'slos/chat.yaml': chat('first-token: on') });
    const options = ['--per-day', '500', '--bad', '0.1', '--json'];
    const { stdout } = await assay(root, 'explain', 'chat/first-token', ...options);
    const explained = JSON.parse(stdout);
    expect(explained).toMatchObject({
      slo: 'first-token',
      surface: 'chat',
      eventsPerDay: 500,
      eventsPerDayFrom: 'option',
      droppedBadShare: 0.1,
      simulated: { series: 400 },
      severities: [
        {
          severity: 'page',
          eventsNeeded: 451,
          timesToFire: [{ badShare: 1 }, { badShare: 0.5 }, { badShare: 0.2 }],
        },
        { severity: 'ticket', eventsNeeded: 1601 },
      ],
      warnings: [],
    });
    expect((await stat(join(root, '.assay', 'simulations.json'))).mode & 0o777).toBe(0o600);
  });

  it("tells a judge's SLO without and with ratings", async () => {
    // Of rows alone a slight drop is watched for weeks.
    const policy = policyYaml
      .replace('lenient: 2 } }', 'lenient: 2 }, detector: page }')
      .replace('lenient: 1.5 } }', 'lenient: 1.5 }, detector: warn }');
    const { root } = await releasedProject({
      'slos/policy.yaml': policy,
      'slos/chat.yaml': chat('judge-pass: on'),
    });
    const options = ['--ratings', '300', '--per-day', '10000', '--json'];
    const { stdout } = await assay(root, 'explain', 'chat/judge-pass', ...options);
    const { severities, calibrated } = JSON.parse(stdout);
    expect(severities[0]).toMatchObject({ severity: 'page', rowFiresAt: null, power: 0 });
    expect(calibrated.ratings).toBe(300);
    expect(calibrated.severities[0]).toMatchObject({ severity: 'page', rowFiresAt: expect.any(Number) });
  });

  it('says that a name is of several surfaces, and which', async () => {
    const { root } = await releasedProject({ 'slos/chat.yaml': chat('judge-pass: on') });
    expect(await assay(root, 'explain', 'judge-pass')).toEqual({
      code: 2,
      stdout: '',
      stderr: '"judge-pass" is an SLO of 2 surfaces. Name one: chat/judge-pass, default/judge-pass.\n',
    });
  });

  it('lists the known ones where there is none of the name', async () => {
    const { root } = await releasedProject({});
    const { code, stderr } = await assay(root, 'explain', 'chat/\u001b[31mnothing');
    expect(code).toBe(2);
    expect(stderr).toContain('Known ones:\n  default/judge-pass');
    expect(stderr).not.toContain('\u001b');
  });

  it.each([
    ['--per-day', '0', 'Wanted a number of events over 0'],
    ['--ratings', '3', 'Wanted a whole number of ratings from 20'],
  ])('wants a %s that makes sense', async (option, value, words) => {
    const { root } = await releasedProject({});
    const { code, stderr } = await assay(root, 'explain', 'judge-pass', option, value);
    expect(stderr).toContain(words);
    expect(code).toBe(2);
  });
});
