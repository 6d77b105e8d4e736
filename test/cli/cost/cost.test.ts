import { describe, expect, it } from 'vitest';
import { assay } from '#test/support/assay.ts';
import { releasedProject } from '#test/support/project-folder.ts';

/** In a folder with files and without a run. */

describe('cost', () => {
  it("works out the files' traffic, AWS and tokens apart", async () => {
    const { root } = await releasedProject();
    const { code, stdout } = await assay(root, 'cost');
    expect(code).toBe(0);
    expect(stdout).toContain(
      '20,000 responses a day (expected by the files in slos/), 30,438 verdicts a month.',
    );
    expect(stdout).toMatch(/AWS: \$\d+\.\d+ a month\. .* is the floor/);
    expect(stdout).toMatch(/Judge: \$\d+/);
    expect(stdout).toContain('helpfulness@1 begins with about');
  });

  it('sets the judges of the file beside each other, tier by tier, in words and as data', async () => {
    const { root } = await releasedProject({
      'rubrics/judges.yaml': [
        'judges:',
        '  judge-model:',
        '    model: judge-model',
        '    provider: openai',
        '    prices: { asOf: 2026-11-28, standard: { input: 0.25, cachedInput: 0.025, output: 2 } }',
        '  half-price:',
        '    model: other-model',
        '    provider: openai',
        '    prices:',
        '      asOf: 2026-10-01',
        '      standard: { input: 0.25, cachedInput: 0.025, output: 2 }',
        '      flex: { input: 0.125, cachedInput: 0.0125, output: 1 }',
        '    retires: 2027-03-31',
        '',
      ].join('\n'),
    });
    const { stdout } = await assay(root, 'cost');
    const rows = stdout.slice(stdout.indexOf("The judge's bill")).split('\n').slice(2, 5);
    expect(rows[0]).toMatch(/^half-price +flex .* 2026-10-01 +ends 2027-03-31$/);
    expect(rows.join('\n')).toMatch(/^judge-model +standard .* 2026-11-28 +asked$/m);
    expect(stdout).toContain('At list prices of 2026-10-01 and 2026-11-28');
    expect(stdout.replaceAll('\n', ' ')).toContain('The same tokens are assumed of each judge');
    const { judge } = JSON.parse((await assay(root, 'cost', '--json')).stdout);
    const [flex, ...standard] = judge.compared;
    expect(flex).toMatchObject({ judge: 'half-price', tier: 'flex', isAsked: false });
    expect(standard).toHaveLength(2);
    for (const each of standard) {
      expect(each.perMillionResponses).toBeCloseTo(judge.perMillionResponses, 9);
      expect(flex.usd).toBeCloseTo(each.usd / 2, 9);
    }
  });

  it('takes the length of prompts from the user’s own records', async () => {
    const { root, write } = await releasedProject();
    const record = (content: string) =>
      JSON.stringify({
        id: content.length.toString(),
        at: '2026-01-05T09:00:00Z',
        surface: 'default',
        status: 'success',
        request: { messages: [{ role: 'user', content: 'x' }] },
        response: { content },
      });
    const tokens = async (...args: string[]) => {
      const { stdout } = await assay(root, 'cost', '--json', ...args);
      const { judge, responsesPerDay } = JSON.parse(stdout);
      return { ...judge.lines[0], responsesPerDay };
    };
    await write('short.jsonl', record('y'.repeat(400)));
    await write('long.jsonl', `${record('y'.repeat(4_400))}\nno record\n${record('y'.repeat(8_400))}`);
    const short = await tokens('--responses', 'short.jsonl', '--responses-per-day', '1000');
    const long = await tokens('--responses', 'long.jsonl', '--responses-per-day', '1000');
    expect(short).toMatchObject({ source: 'records', responsesPerDay: 1_000 });
    // 6,000 characters more on average are 1,500 tokens.
    expect(long.inputTokens - short.inputTokens).toBe(1_500);
    expect(long.prefixShare).toBeLessThan(short.prefixShare);
  });

  it('says what traffic would run into, and what the cap and the settings would have to be', async () => {
    const { root, write } = await releasedProject();
    const cost = async () => {
      const { stdout } = await assay(root, 'cost', '--json', '--responses-per-day', '100000000');
      return JSON.parse(stdout) as {
        findings: { kind: string; about: string }[];
        walls: { id: string; need: number; limit: number }[];
      };
    };
    const { findings, walls } = await cost();
    expect(findings).toMatchObject([
      { kind: 'fault', about: 'judge-calls' },
      { kind: 'warning', about: 'spending-cap' },
    ]);
    expect(walls[0]).toMatchObject({ id: 'judge-calls' });
    const { code, stdout } = await assay(root, 'cost', '--responses-per-day', '100000000');
    expect(code).toBe(0);
    expect(stdout).toMatch(/Fault: Judge calls, [\s\S]* Set -c\s+judgeConcurrency=70/);
    expect(stdout).toMatch(/Set\s+spendingCapUsdPerDay: \d+/);
    await write('cdk.json', '{"context":{"judgeConcurrency":70}}');
    expect((await cost()).findings).toMatchObject([{ about: 'spending-cap' }]);
  });

  it('says what it cannot read', async () => {
    const { root, write } = await releasedProject();
    await write('empty.jsonl', '{"no":"record"}\n');
    for (const [args, words] of [
      [['--responses', 'none.jsonl'], 'none.jsonl cannot be read (ENOENT)'],
      [['--responses', 'empty.jsonl'], "holds no record with an answer's text"],
      [['--local', 'nowhere'], 'There is no local run in nowhere'],
      [['--local', '.', '--stack', 'x'], 'got both'],
      [['--responses-per-day', '-1'], 'Wanted a number of responses a day'],
    ] as const)
      expect(await assay(root, 'cost', ...args)).toMatchObject({
        code: 2,
        stderr: expect.stringContaining(words),
      });
  });
});
