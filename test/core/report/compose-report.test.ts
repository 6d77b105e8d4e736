import { describe, expect, it } from 'vitest';
import { composeReport, type ReportInput } from '#core/report/compose-report.ts';
import { reportHtml } from '#core/report/report-html.ts';
import { reportMarkdown } from '#core/report/report-markdown.ts';
import { day } from '#core/time.ts';
import { firing, makeReading, makeStanding } from '../../support/make-reading.ts';

const at = Date.UTC(2026, 1, 4);

function input(different: Partial<ReportInput> = {}): ReportInput {
  return {
    stage: 'prod',
    source: 'assay-prod',
    at,
    standings: [makeStanding()],
    months: new Map([['chat/accepted', { reading: makeReading(), since: at - 40 * day }]]),
    alarms: [],
    incidents: [],
    notes: [],
    ...different,
  };
}

function quality(report: Partial<ReportInput>) {
  const { categories } = composeReport(input(report));
  return categories.find(({ category }) => category === 'quality')?.headlines ?? [];
}

describe("the report's headline of a category", () => {
  it('says value, objective and budget in a sentence', () => {
    expect(quality({})).toMatchObject([
      {
        slo: 'chat/accepted',
        value: '95%',
        health: 'healthy',
        trend: null,
        sentence: '95% of 1,000 responses were good over 24 h, wanted 92%; 37.5% of the budget is left.',
      },
    ]);
  });

  it.each([
    [0.91, 'better', '4 points better than 7 days ago'],
    [0.97, 'worse', '2 points worse than 7 days ago'],
    [0.951, 'steady', 'as 7 days ago'],
  ] as const)('was %d and is now .95: %s', (weekBefore, trend, words) => {
    const [headline] = quality({ standings: [makeStanding({ weekBefore })] });
    expect(headline?.trend).toBe(trend);
    expect(headline?.sentence).toContain(words);
  });

  it('puts the worst surface first', () => {
    const standings = [
      makeStanding({ burn: 0.2 }, { surface: 'calm' }),
      makeStanding({ firing: firing('ticket') }, { surface: 'ticketed' }),
      makeStanding({ firing: firing('page') }, { surface: 'paged' }),
      makeStanding({ measured: false }, { surface: 'silent' }),
      makeStanding({ burn: 0.9 }, { surface: 'busy' }),
    ];
    expect(quality({ standings }).map(({ surface }) => surface)).toEqual([
      'paged',
      'ticketed',
      'busy',
      'calm',
      'silent',
    ]);
  });

  it('takes the worst SLO of a surface that has no headline', () => {
    const standings = [
      makeStanding({}, { id: 'one', headline: false }),
      makeStanding({ firing: firing('ticket') }, { id: 'two', headline: false }),
    ];
    expect(quality({ standings }).map(({ slo }) => slo)).toEqual(['chat/two']);
  });

  it('takes the worst SLO beside a headline that is well, and of two as bad the headline', () => {
    const beside = (headline: Parameters<typeof makeStanding>[0]) => [
      makeStanding({ firing: firing('page') }, { id: 'paged', headline: false }),
      makeStanding(headline, { id: 'known', headline: true }),
    ];
    expect(quality({ standings: beside({ firing: firing('ticket') }) }).map(({ slo }) => slo)).toEqual([
      'chat/paged',
    ]);
    expect(quality({ standings: beside({ firing: firing('page') }) }).map(({ slo }) => slo)).toEqual([
      'chat/known',
    ]);
  });

  it('leaves surfaces out that never sent anything', () => {
    const standings = [
      makeStanding(),
      makeStanding({ measured: false, raw: { value: null, good: 0, total: 0 } }, { surface: 'default' }),
    ];
    expect(quality({ standings }).map(({ surface }) => surface)).toEqual(['chat']);
  });

  it('says of calibrated rates whose they are, and of others that they are not', () => {
    const calibrated = { value: 0.94, lower: 0.92, upper: 0.96 };
    expect(quality({ standings: [makeStanding({ calibrated })] })[0]?.sentence).toContain(
      '94% of 1,000 responses were good as people would count them (92% to 96%)',
    );
    const calibration = { state: 'missing', reason: 'no ratings yet', ratings: 0 } as const;
    expect(
      quality({ standings: [makeStanding({ calibration }, { calibration: 'required' })] })[0]?.sentence,
    ).toContain('uncalibrated (missing)');
  });
});

describe("the report's budgets", () => {
  it('come from 30 days, the most spent first', () => {
    const months = new Map([
      ['chat/accepted', { reading: makeReading(), since: at - 40 * day }],
      ['chat/other', { reading: makeReading({ budgetLeft: -0.2 }), since: at - 3 * day }],
    ]);
    const { budgets } = composeReport(
      input({ months, standings: [makeStanding(), makeStanding({}, { id: 'other' })] }),
    );
    expect(budgets).toMatchObject([
      { slo: 'chat/other', left: -0.2, days: 3 },
      { slo: 'chat/accepted', left: 0.375, days: 30 },
    ]);
  });

  it('have no line for a kind of change', () => {
    expect(composeReport(input({ standings: [makeStanding({}, { objective: null })] })).budgets).toEqual([]);
  });
});

const hostile = `<img src=x onerror=alert(1)> | [link](javascript:alert(1)) \`code\` "quoted" & 'more'\n# heading`;
const hostileReport = composeReport(
  input({
    standings: [makeStanding({ weekBefore: 0.9 }, { title: hostile, surface: hostile })],
    alarms: [{ name: hostile, severity: 'page', since: at, reason: hostile }],
    incidents: [{ provider: hostile, from: at - day, to: null, note: hostile }],
    notes: [hostile],
    source: hostile,
  }),
);

describe('the report as Markdown', () => {
  it('lets no text of others be markup', () => {
    const text = reportMarkdown(hostileReport);
    expect(text).not.toMatch(/<img|[^\\]\[link|[^\\]`code|\n# heading/);
  });

  it('has a section each and a table of budgets', () => {
    const text = reportMarkdown(composeReport(input()));
    expect(text).toContain('## Latency');
    expect(text).toContain('| chat/accepted | 92% | 95% of 1,000 | 37.5% |');
    expect(text).toContain('## Alarms that stand\n\nNone.');
  });

  it('draws the arrow beside the number', () => {
    expect(
      reportMarkdown(composeReport(input({ standings: [makeStanding({ weekBefore: 0.9 })] }))),
    ).toContain('**95% ↑**');
  });
});

describe('the report as HTML', () => {
  const html = reportHtml(hostileReport);

  it('lets no text of others be markup', () => {
    expect(html).not.toMatch(/<img|onerror=alert\(1\)>/);
    expect(html).toContain('&lt;img src=x onerror=alert(1)&gt;');
  });

  it('loads nothing and runs nothing', () => {
    expect(html).not.toMatch(/<script|<link|<iframe|url\(|@import|\son\w+="/);
    expect(html).toContain("default-src 'none'");
  });

  it('is dark where the reader wants it dark', () => {
    expect(html).toContain('prefers-color-scheme: dark');
  });

  it('says the trend to those who do not see the arrow', () => {
    expect(html).toContain('aria-label="better than 7 days ago">↑');
  });

  it('lists incidents that go on, and leaves old ones out', () => {
    const incidents = [
      { provider: 'a', from: at - 100 * day, to: at - 99 * day, note: 'long ago' },
      { provider: 'b', from: at - 100 * day, to: null, note: 'still on' },
    ];
    const text = reportHtml(composeReport(input({ incidents })));
    expect(text).toContain('still on');
    expect(text).not.toContain('long ago');
  });
});
