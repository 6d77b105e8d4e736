import { describe, expect, it } from 'vitest';
import { compileCatalogue } from '#core/catalogue/compile.ts';
import { surfaceSchema } from '#core/catalogue/surface-file.ts';
import { faultOfPattern, faultOfPatterns } from '#core/redaction/custom-pattern.ts';
import { redactBuiltins, redactNothing } from '#core/redaction/redact.ts';
import { testCatalogue } from '#test/support/catalogue.ts';

const fault = (pattern: string) => faultOfPattern({ name: 'mine', pattern });

describe('a pattern of one’s own', () => {
  it.each([
    'KD-\\d{6,10}',
    '\\b[A-Z]{2}\\d{2,6}-?\\d{2,8}\\b',
    'Address: [^\\n]{1,100}',
    '(?:Mr|Mrs|Ms)\\.? \\p{Lu}\\p{L}{1,30}',
    '(?<=Patient )\\d{5,9}',
    '[\\w.]{1,64}@acme\\.example',
    'https?://intra\\.example/[^\\s]{1,400}',
    'a(?=a{1,140}b)',
    '(?<q>["\']).{1,60}\\k<q>',
    '[)(*+?{}\\]]{1,3}x',
    '(?i:kd)\\d{4}',
    '\\u{1f600}[^\\]]{1,4}',
  ])('is used: %s', (pattern) => {
    expect(fault(pattern)).toBeUndefined();
  });

  it.each([
    ['(\\d+)+x', 'repeats without an end'],
    ['.*', 'matches nothing at all'],
    ['\\d+', 'repeats without an end'],
    ['a{2,}', 'repeats without an end'],
    ['(?:a{1,40}){1,40}b', 'can take millions of steps at each place'],
    ['(a|ab){1,30}c', 'steps at each place'],
    ['\\d{1,60}\\d{1,60}\\d{1,60}x', 'steps at each place'],
    ['a{30000}', 'can take 30000 steps at each place'],
    ['(?:x?){1,30}y', 'steps at each place'],
    ['[a-', 'does not compile: '],
    ['a\\-b', 'does not compile: '],
    ['x?', 'matches nothing at all'],
    ['(a+)+$', 'repeats without an end'],
    ['(?:a|aa)*$', 'matches nothing at all'],
    ['(?:a{1,8}){3}x', 'can take 1096 steps at each place'],
    ['(?:a|a|a|a|a){5}', 'can take 3905 steps at each place'],
    ['(?=(?:a|a){12}x)a', 'steps at each place'],
    ['(a{1,60})\\1x', 'can take 3720 steps at each place'],
  ])('is refused: %s', (pattern, reason) => {
    expect(fault(pattern)).toContain(reason);
  });

  it('is refused where all of a surface together would keep the sampler busy', () => {
    const heavy = (name: string) => ({ name, pattern: '[a-z]{1,10}-[a-z]{1,10}' });
    expect(faultOfPattern(heavy('a'))).toBeUndefined();
    const many = Array.from({ length: 40 }, (_, index) => heavy(`p${index}`));
    expect(faultOfPatterns(many.slice(0, 1))).toBeUndefined();
    expect(faultOfPatterns(many)).toMatch(
      /the 40 patterns together can take .* wanted at most 1000: .* first in "p0"/,
    );
  });

  it('is refused under the name of a built-in one', () => {
    expect(faultOfPattern({ name: 'email', pattern: 'x' })).toContain('choose another');
  });
});

describe('the setting of a surface', () => {
  const compiled = (redaction: unknown) =>
    testCatalogue({ surfaces: [{ surface: 'chat', ...(redaction !== undefined && { redaction }) }] })
      .surfaces[0]?.redaction;

  it('is on where nothing is said, and may be off or chosen', () => {
    expect(compiled(undefined)).toEqual(redactBuiltins);
    expect(compiled('on')).toEqual(redactBuiltins);
    expect(compiled('off')).toEqual(redactNothing);
    expect(compiled({ patterns: ['email'] })).toEqual({ patterns: ['email'], custom: [] });
    const custom = [{ name: 'customer', pattern: 'KD-\\d{6}' }];
    expect(compiled({ custom })).toEqual({ ...redactBuiltins, custom });
  });

  it('is refused with its place where a pattern cannot be used, or two have one name', () => {
    const file = surfaceSchema.parse({
      surface: 'default',
      owner: 'o',
      tier: 3,
      expectedPerDay: 1,
      slos: {},
      redaction: {
        custom: [
          { name: 'a', pattern: 'x' },
          { name: 'a', pattern: '\\w+' },
        ],
      },
    });
    const { spendingCapUsdPerDay, retention, rows, rubrics, judges = [] } = testCatalogue();
    const tiers = { name: 't', severities: [], objectives: {} };
    const compilation = compileCatalogue(
      {
        spendingCapUsdPerDay,
        retention,
        runbook: 'r',
        tiers: { 1: tiers, 2: tiers, 3: tiers },
        rows,
        maxCohorts: 1,
        slos: {},
      },
      [file],
      rubrics,
      judges,
    );
    expect(
      compilation.ok ? [] : compilation.faults.map(({ path, message }) => [path.join('.'), message]),
    ).toEqual([
      ['redaction.custom.1', expect.stringContaining('pattern "a" repeats without an end')],
      ['redaction.custom', expect.stringContaining('rename one')],
    ]);
  });
});
