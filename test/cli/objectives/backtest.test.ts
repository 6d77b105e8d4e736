import { describe, expect, it } from 'vitest';
import { createRandom } from '#core/statistics/random.ts';
import { bucketWidth, day, hour } from '#core/time.ts';
import { assay, type CommandResult } from '#test/support/assay.ts';
import { projectFolder, releasedProject } from '#test/support/project-folder.ts';

const start = Date.UTC(2026, 0, 5);
const head = 'at,slo,surface,good,total';

interface Printed {
  transitions: {
    at: string;
    slo: string;
    surface: string;
    severity: string;
    from: string;
    to: string;
    reason: string;
  }[];
  slos: {
    slo: string;
    surface: string;
    objective: number;
    falseAlarms: number | null;
    alarms: Record<string, number>;
    timeInAlarm: Record<string, number>;
    counted: { good: number; total: number };
  }[];
  refused: { line: number; column: number; reason: string }[];
}

function printed({ code, stdout, stderr }: CommandResult): Printed {
  expect(code, stderr).toBe(0);
  return JSON.parse(stdout) as Printed;
}

/** Lines of even traffic: 40 events a bucket, so many of them bad. */
function lines(name: string, from: number, to: number, bad: (at: number) => number): string[] {
  const found: string[] = [];
  for (let at = from; at < to; at += bucketWidth)
    found.push(`${new Date(at).toISOString()},${name},chat,${40 - bad(at)},40`);
  return found;
}

/** Two days at 5% bad, then half bad for 6 hours, then as before. */
const regression = [
  head,
  ...lines('first-token', start, start + 3 * day, (at) =>
    at >= start + 2 * day && at < start + 2 * day + 6 * hour ? 20 : 2,
  ),
].join('\n');

describe('assay backtest --counts', () => {
  it('replays known rates at an objective, in a folder without any files', async () => {
    const { root } = await projectFolder({ 'counts.csv': regression });
    const { transitions, slos } = printed(
      await assay(root, 'backtest', '--counts', 'counts.csv', '--objective', '0.92', '--json'),
    );
    expect(Object.keys(transitions[0] ?? {})).toEqual([
      'at',
      'slo',
      'surface',
      'severity',
      'from',
      'to',
      'reason',
    ]);
    const [first] = transitions;
    expect(first).toMatchObject({ slo: 'first-token', surface: 'chat', from: 'OK', to: 'ALARM' });
    expect(Date.parse(first?.at ?? '') - (start + 2 * day)).toBeLessThanOrEqual(hour);
    expect(slos[0]).toMatchObject({ objective: 0.92, falseAlarms: null, counted: { total: 3 * 288 * 40 } });
    expect(slos[0]?.timeInAlarm.rollback).toBeGreaterThan(hour);
  });

  it("takes the files' own SLO where no objective is given", async () => {
    const { root } = await releasedProject({
      'counts.csv': regression,
      'slos/chat.yaml':
        'surface: chat\nowner: chat\ntier: 1\nexpectedPerDay: 11520\nslos: { first-token: on }\n',
    });
    const { slos, transitions } = printed(await assay(root, 'backtest', '--counts', 'counts.csv', '--json'));
    expect(slos).toMatchObject([{ surface: 'chat', slo: 'first-token', objective: 0.95 }]);
    // What the page masks is over with it.
    expect(new Set(transitions.map(({ severity }) => severity))).toEqual(new Set(['page']));
  });

  it('lists the SLOs that the files lack', async () => {
    const { root } = await releasedProject({ 'counts.csv': regression });
    const { code, stderr } = await assay(root, 'backtest', '--counts', 'counts.csv');
    expect(code).toBe(1);
    expect(stderr).toContain('  chat/first-token\n');
    expect(stderr).toContain('They have default/judge-pass.');
    expect(stderr).toContain('--objective P');
  });

  it('counts alarms that were raised while the service was healthy as false', async () => {
    const { root } = await releasedProject({ 'counts.csv': regression });
    const count = async (until: number) => {
      const instant = new Date(until).toISOString();
      const result = await assay(
        root,
        'backtest',
        '--counts',
        'counts.csv',
        '--objective',
        '0.92',
        '--healthy-until',
        instant,
        '--json',
      );
      return printed(result).slos[0]?.falseAlarms;
    };
    expect(await count(start + 2 * day)).toBe(0);
    expect(await count(start + 3 * day)).toBeGreaterThan(0);
  });

  it('takes health from a column of the file', async () => {
    const text = regression
      .split('\n')
      .map((line, index) => (index === 0 ? `${line},healthy` : `${line},${line.endsWith(',20,40') ? 0 : 1}`));
    const { root } = await releasedProject({ 'counts.csv': text.join('\n') });
    const result = await assay(root, 'backtest', '--counts', 'counts.csv', '--objective', '0.92', '--json');
    expect(printed(result).slos[0]?.falseAlarms).toBe(0);
    const both = await assay(
      root,
      'backtest',
      '--counts',
      'counts.csv',
      '--objective',
      '0.92',
      '--healthy-until',
      '2026-01-06',
    );
    expect(both).toMatchObject({ code: 2, stderr: expect.stringContaining('Leave --healthy-until out') });
  });

  it('refuses bad lines by place and reason, and replays the rest', async () => {
    const bad = [
      'now,first-token,chat,1,2',
      '2026-01-06T00:00:00Z,first-token,chat,3,2',
      '"2026-01-06T00:00:00Z,x,chat,3,2',
    ];
    const { root } = await releasedProject({ 'counts.csv': `\uFEFF${regression}\n${bad.join('\n')}\n` });
    const { refused, slos } = printed(
      await assay(root, 'backtest', '--counts', 'counts.csv', '--objective', '0.92', '--json'),
    );
    expect(refused).toMatchObject([
      { line: 866, column: 1, reason: expect.stringContaining('wanted an instant') },
      { line: 867, column: 4, reason: expect.stringContaining('wanted at most the 2 of total') },
      { line: 868, column: 0, reason: expect.stringContaining('closing quote') },
    ]);
    expect(slos[0]?.counted.total).toBe(3 * 288 * 40);
    const words = await assay(root, 'backtest', '--counts', 'counts.csv', '--objective', '0.92');
    expect(words.stderr).toContain('3 lines were refused; the rest was replayed:');
    expect(words.stderr).toContain('counts.csv:867, column 4: good:');
  });

  it.each([
    ['an empty file', '', 'holds nothing to replay'],
    ['a head alone', `${head}\n`, 'holds nothing to replay'],
    ['bytes that are no text', '\u0000\u0001\u0002', 'wanted the columns at, slo, surface, good, total'],
    ['JSON lines', '{"at":"2026-01-05T00:00:00Z"}\n', 'wanted the columns'],
    ['bad lines alone', `${head}\n1,2,3,4,5\n`, 'No line of counts.csv can be replayed'],
    ['a mistyped year', `${head}\n2026-01-05,a,b,1,2\n2062-01-05,a,b,1,2\n`, '2062-01-05 00:00 UTC (line 3)'],
  ])('says what is wrong with %s', async (_, text, words) => {
    const { root } = await releasedProject({ 'counts.csv': text });
    const { code, stderr } = await assay(root, 'backtest', '--counts', 'counts.csv', '--objective', '0.9');
    expect(stderr).toContain(words);
    expect(stderr).not.toMatch(/\n {4}at /);
    expect(code).toBe(1);
  });

  it.each([
    [['--counts', 'nowhere.csv', '--objective', '0.9'], 'there is no readable file nowhere.csv'],
    [['--counts', '.', '--objective', '0.9'], 'there is no readable file . (EISDIR)'],
    [['--counts', 'counts.csv', '--objective', '92'], 'Wanted a ratio between 0 and 1'],
    [['--counts', 'counts.csv', '--objective', '0.9', '--surface', 'search'], 'it has chat'],
    [['--counts', 'counts.csv', '--responses', 'r.jsonl'], 'Wanted --counts or --responses, got both'],
    [['--counts', 'counts.csv', '--pass-mark', '3'], '--pass-mark makes passes of scores'],
    [['--verdicts', 'v.jsonl'], 'Wanted a history'],
    [[], 'Wanted a history'],
  ])('with %j says: %s', async (args, words) => {
    const { root } = await releasedProject({ 'counts.csv': `${head}\n2026-01-05,a,chat,1,2\n` });
    const { code, stderr } = await assay(root, 'backtest', ...args);
    expect(stderr).toContain(words);
    expect(code).toBe(2);
  });

  it('tells the sick of 20 SLOs from the healthy over 30 days', async () => {
    const random = createRandom('twenty');
    const text = [head];
    const isSick = (slo: number) => slo % 5 === 0;
    for (let at = start; at < start + 30 * day; at += bucketWidth)
      for (let slo = 0; slo < 20; slo += 1) {
        const rate = isSick(slo) && at >= start + 12 * day && at < start + 15 * day ? 0.8 : 0.945;
        text.push(`${new Date(at).toISOString()},slo-${slo},chat,${random.binomial(35, rate)},35`);
      }
    const { root } = await releasedProject({ 'counts.csv': text.join('\n') });
    const { slos, transitions } = printed(
      await assay(
        root,
        'backtest',
        '--counts',
        'counts.csv',
        '--objective',
        '0.92',
        '--healthy-until',
        '2026-01-17',
        '--json',
      ),
    );
    const paged = slos.filter(({ alarms }) => (alarms.page ?? 0) > 0).map(({ slo }) => slo);
    expect(paged).toEqual(['slo-0', 'slo-5', 'slo-10', 'slo-15']);
    expect(slos.filter(({ alarms }) => Object.values(alarms).some((times) => times > 0))).toHaveLength(4);
    expect(slos.every(({ falseAlarms }) => falseAlarms === 0)).toBe(true);
    for (const name of paged) {
      const own = transitions.filter(({ slo, severity }) => slo === name && severity !== 'digest');
      expect(Date.parse(own[0]?.at ?? '') - (start + 12 * day)).toBeLessThan(6 * hour);
      expect(own.at(-1)).toMatchObject({ to: 'OK' });
      // It clears within a day of the recovery.
      expect(Date.parse(own.at(-1)?.at ?? '') - (start + 15 * day)).toBeLessThan(26 * hour);
    }
  });
});

describe('assay backtest --responses', () => {
  const record = (index: number, different: object = {}) =>
    JSON.stringify({
      id: `r${index}`,
      at: new Date(start + index * 60_000).toISOString(),
      surface: 'chat',
      status: 'success',
      timing: { ttftMs: 100 },
      ...different,
    });

  it('replays recorded verdicts, at another pass mark and objective', async () => {
    const responses = Array.from({ length: 400 }, (_, index) => record(index));
    const verdicts = responses.map((_, index) =>
      JSON.stringify({ responseId: `r${index}`, score: index < 200 ? 4 : 3 }),
    );
    const { root } = await releasedProject({
      'r.jsonl': responses.join('\n'),
      'v.jsonl': verdicts.join('\n'),
      'slos/chat.yaml':
        'surface: chat\nowner: chat\ntier: 1\nexpectedPerDay: 1440\nslos: { judge-pass: on, first-token: on }\n',
    });
    const run = (...args: string[]) =>
      assay(root, 'backtest', '--responses', 'r.jsonl', '--verdicts', 'v.jsonl', '--json', ...args);
    const { slos, transitions } = printed(await run());
    expect(slos).toMatchObject([
      { slo: 'judge-pass', surface: 'chat', counted: { good: 200, total: 400 } },
      { slo: 'first-token', counted: { good: 400, total: 400 } },
    ]);
    // Without ratings the judge alone never starts a page.
    expect(transitions).toMatchObject([{ slo: 'judge-pass', severity: 'ticket', to: 'ALARM' }]);
    expect(printed(await run('--pass-mark', '3')).transitions).toEqual([]);
    expect(printed(await run('--objective', '0.4')).transitions).toEqual([]);
  });

  it('refuses bad records and verdicts by line, and goes on', async () => {
    const { root } = await releasedProject({
      'r.jsonl': [record(0), 'no JSON', record(1, { status: 'perhaps' }), record(2)].join('\n'),
      'v.jsonl': [
        '{"responseId":"r0","score":4}',
        '{"responseId":"r2","score":9}',
        '[]',
        '{"responseId":"gone","score":2}',
      ].join('\n'),
    });
    const result = await assay(root, 'backtest', '--responses', 'r.jsonl', '--verdicts', 'v.jsonl', '--json');
    const { refused, slos } = printed(result);
    expect(refused).toMatchObject([
      { file: 'v.jsonl', line: 2, reason: expect.stringContaining('"score"') },
      { file: 'v.jsonl', line: 3 },
      { file: 'r.jsonl', line: 2, reason: expect.stringContaining('not JSON') },
      { file: 'r.jsonl', line: 3, reason: expect.stringContaining('status') },
    ]);
    expect(slos).toMatchObject([{ slo: 'judge-pass', counted: { good: 1, total: 1 } }]);
  });
});
