import { describe, expect, it } from 'vitest';
import type { Health } from '#core/slo/alarms/health.ts';
import { composeHeadline, composePanels, joinWords } from '#local/page/compose-panels.ts';
import type { AlarmView, SloView } from '#local/page/page-state.ts';

function sloView(name: string, category: SloView['category'], health: Health, headline = false): SloView {
  const [surface = '', id = ''] = name.split('/');
  return {
    name,
    surface,
    surfaceTitle: surface === 'chat' ? 'Streaming chat' : 'Agent loop',
    title: id.replaceAll('-', ' '),
    measures: '',
    category,
    headline,
    objective: 0.95,
    window: 86_400_000,
    unit: 'share',
    owner: 'team',
    severities: ['page', 'ticket'],
    runbook: '',
    calibrationNeeded: false,
    judged: true,
    health,
    healthWord: health,
    reading: null,
    shown: null,
  };
}

function alarmView(title: string, slo: string | null): AlarmView {
  return {
    name: `assay-test-${title}`,
    state: 'ALARM',
    since: 0,
    severity: 'page',
    slo,
    title,
    surfaceTitle: slo === null ? null : 'Streaming chat',
    maskedBy: null,
    reason: '',
    description: '',
    owner: null,
    runbook: null,
  };
}

describe('the four panels', () => {
  const slos = [
    sloView('chat/accepted', 'quality', 'healthy', true),
    sloView('chat/judge-pass', 'quality', 'breaking'),
    sloView('chat/first-token', 'latency', 'healthy', true),
    sloView('agent/first-token', 'latency', 'watch', true),
    sloView('agent/accepted', 'quality', 'unmeasured', true),
  ];

  it('are as their worst SLO is and show it; of several as bad the headline, and name the others', () => {
    const quality = composePanels(slos).chat?.find(({ category }) => category === 'quality');
    expect(quality).toEqual({
      category: 'quality',
      health: 'breaking',
      slo: 'chat/judge-pass',
      also: [],
    });
    const both = [...slos, sloView('chat/rated', 'quality', 'breaking', true)];
    expect(composePanels(both).chat?.find(({ category }) => category === 'quality')).toMatchObject({
      slo: 'chat/rated',
      also: ['chat/judge-pass'],
    });
  });

  it('of all surfaces together show the surface that is worst', () => {
    const all = composePanels(slos)['*'];
    expect(all?.map(({ category, health, slo }) => [category, health, slo])).toEqual([
      ['latency', 'watch', 'agent/first-token'],
      ['quality', 'breaking', 'chat/judge-pass'],
      ['cost', 'unmeasured', null],
      ['availability', 'unmeasured', null],
    ]);
  });

  it('prefer a measured surface to one without data', () => {
    const quality = composePanels(slos.filter(({ name }) => name !== 'chat/judge-pass'))['*']?.[1];
    expect(quality?.slo).toBe('chat/accepted');
    expect(quality?.health).toBe('healthy');
  });
});

describe('the headline', () => {
  it('says in one sentence what breaks where, and which alarms fire', () => {
    const headline = composeHeadline(
      [sloView('chat/judge-pass', 'quality', 'breaking'), sloView('chat/first-token', 'latency', 'healthy')],
      [alarmView('judged good answers', 'chat/judge-pass')],
    );
    expect(headline.sentence).toBe('Breaking: quality on Streaming chat.');
    expect(headline.detail).toBe(
      '1 of 2 measured objectives is healthy. 1 alarm is firing: judged good answers.',
    );
  });

  it('is healthy only where nothing is wrong with Assay itself', () => {
    const slos = [sloView('chat/first-token', 'latency', 'healthy')];
    expect(composeHeadline(slos, []).sentence).toBe('Healthy: every objective that can be measured is met.');
    const troubled = composeHeadline(slos, [alarmView('evaluator silent', null)]);
    expect(troubled.health).toBe('watch');
    expect(troubled.sentence).toBe('Watch: the objectives are met, but Assay itself has an alarm.');
    expect(troubled.detail).toContain('Assay itself needs a look: evaluator silent.');
  });

  it('tells numbers that a judge alone has called as what they are, the lowest first', () => {
    const alone = (surface: string, value: number): SloView => {
      const view = sloView(`${surface}/judge-pass`, 'quality', 'unmeasured');
      const reading = { raw: { total: 40 }, calibration: { state: 'missing' }, pressure: {} };
      return {
        ...view,
        surfaceTitle: surface,
        objective: 0.92,
        calibrationNeeded: true,
        reading: reading as unknown as SloView['reading'],
        shown: { value } as SloView['shown'],
      };
    };
    expect(composeHeadline([alone('one', 0.9), alone('two', 0.75)], []).sentence).toBe(
      'Nobody has checked the judge yet. By it alone 75% of the answers on two are good, wanted 92%.',
    );
    const few = { ...alone('one', 0.9), calibrationNeeded: false };
    expect(composeHeadline([few], []).sentence).toBe('Too little has come yet to tell.');
  });

  it('never calls missing data healthy', () => {
    expect(composeHeadline([sloView('chat/first-token', 'latency', 'unmeasured')], []).sentence).toBe(
      'No data yet: nothing has been measured.',
    );
  });
});

it('joins words as people do', () => {
  expect([joinWords([]), joinWords(['a']), joinWords(['a', 'b']), joinWords(['a', 'b', 'c'])]).toEqual([
    '',
    'a',
    'a and b',
    'a, b and c',
  ]);
});
