import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { formatFault, parseYaml, readYamlFile } from '#adapters/files/yaml-file.ts';
import { policySchema, surfaceSchema } from '#core/catalogue/surface-file.ts';
import { rubricSchema } from '#core/rubric/rubric-schema.ts';
import { defaultYaml, policyYaml, projectFolder, rubricYaml } from '#test/support/project-folder.ts';

type Schema = Parameters<typeof parseYaml>[2];

/** Faults as a terminal shows them, without the file's name. */
function faults(schema: Schema, text: string): string[] {
  const reading = parseYaml('f.yaml', text, schema);
  return reading.ok ? [] : reading.faults.map((fault) => formatFault(fault).replace(/^f\.yaml:/, ''));
}

/** The rubric with one line, or one piece of text, replaced. */
const rubric = (from: string | RegExp, to: string) => {
  const text = rubricYaml();
  const changed = text.replace(from, to);
  expect(changed).not.toBe(text);
  return changed;
};

describe('a rubric file', () => {
  it('is read whole', () => {
    expect(faults(rubricSchema, rubricYaml())).toEqual([]);
  });

  it.each<[string, string, string[]]>([
    [
      'an unknown key',
      rubric('passMark: 4', 'pasMark: 4'),
      [
        '2:1 "passMark" is missing; add a number',
        '18:1 unknown key "pasMark"; mend its spelling, or remove it',
      ],
    ],
    [
      'a scale that is none',
      rubric('      5: ', '      6: a sixth\n      5: '),
      [':7 unknown key "6" under "criteria.0.scale"; a scale is 1 to 5, or pass and fail, and no other'],
    ],
    [
      'a key missing',
      rubric('overall: minimum\n', ''),
      ['2:1 "overall" is missing; add "mean" or "minimum"'],
    ],
    [
      'a word for a number',
      rubric('passMark: 4', 'passMark: high'),
      ['18:1 "passMark" is "high"; write a number'],
    ],
    [
      'a number out of range',
      rubric('passMark: 4', 'passMark: 6'),
      ['18:1 "passMark" is 6; write at most 5'],
    ],
    [
      'a share for a whole number',
      rubric('passMark: 4', 'passMark: 3.5'),
      ['18:1 "passMark" is 3.5; write a whole number'],
    ],
    [
      'another state',
      rubric('state: active', 'state: live'),
      ['6:1 "state" is "live"; write "active" or "shadow" or "retired"'],
    ],
    [
      'an id in capitals',
      rubric('id: helpfulness', 'id: Helpfulness'),
      ['2:1 "id" is "Helpfulness"; write lower-case letters, digits and hyphens, at most 40, a letter first'],
    ],
    [
      'a level missing',
      rubric('      3: in part\n', ''),
      ['11:5 "criteria.0.scale.3" is missing; add a text'],
    ],
    [
      'a level without words',
      rubric('3: in part', "3: ''"),
      ['14:7 "criteria.0.scale.3" is ""; write a text that is not empty'],
    ],
    [
      'half of a pass/fail scale',
      rubric(/scale:\n(.*\n){5}/, 'scale:\n      pass: yes it does\n'),
      ['11:5 "criteria.0.scale.fail" is missing; add a text'],
    ],
    [
      'no criterion',
      rubric(/criteria:\n(.*\n){8}/, 'criteria: []\n'),
      ['8:1 "criteria" is []; write at least 1 of them'],
    ],
    [
      'a judge without a model',
      rubric(/ {2}model: .*\n/, '  maxOutputTokens: 100\n'),
      ['19:1 "judge.model" is missing; add a text'],
    ],
    [
      'a parameter that Assay sets',
      rubric('  model: judge-model', '  model: judge-model\n  parameters: { temperature: 0, stream: true }'),
      ['21:33 "stream" is not the rubric\'s to set'],
    ],
    [
      'no surface',
      rubric('surfaces: any', 'surfaces: []'),
      ['7:1 "surfaces" is []; write at least 1 of them'],
    ],
    [
      'a surface outside a list',
      rubric('surfaces: any', 'surfaces: chat'),
      ['7:1 "surfaces" is "chat"; write "any" or a list'],
    ],
    [
      'a criterion twice',
      rubric('overall:', '  - { id: helps, question: Again?, scale: { pass: p, fail: f } }\noverall:'),
      ['17:7 criterion "helps" stands twice; give each criterion an id of its own'],
    ],
    [
      'an example that lacks a criterion',
      `${rubricYaml()}examples:\n  - request: hi\n    response: hello\n    verdict:\n      clear: { reason: r, score: 4 }\n`,
      [
        '24:5 the example\'s verdict lacks "helps", has the unknown "clear"; give each criterion one reason and one score',
      ],
    ],
    [
      'an example on the wrong scale; give each criterion one reason and one score',
      `${rubricYaml()}examples:\n  - request: hi\n    response: hello\n    verdict:\n      helps: { reason: r, score: pass }\n`,
      [
        '24:5 the example\'s verdict scores "helps" on the wrong scale; give each criterion one reason and one score',
      ],
    ],
    [
      'an example out of range',
      `${rubricYaml()}examples:\n  - request: hi\n    response: hello\n    verdict:\n      helps: { reason: r, score: 7 }\n`,
      ['25:27 "examples.0.verdict.helps.score" is 7; write'],
    ],
  ])('with %s names line, key and cure', (_, text, expected) => {
    const found = faults(rubricSchema, text);
    expect(found).toHaveLength(expected.length);
    for (const [index, words] of expected.entries()) expect(found[index]).toContain(words);
  });
});

describe('the files in slos/', () => {
  it('are read whole, durations as milliseconds', () => {
    expect(parseYaml('f', policyYaml, policySchema)).toMatchObject({
      ok: true,
      value: { retention: { texts: 30 * 86_400_000 } },
    });
    expect(parseYaml('f', defaultYaml, surfaceSchema)).toMatchObject({
      ok: true,
      value: { sampleRate: 0.05, feedback: false },
    });
  });

  it.each<[string, Schema, string, string]>([
    [
      'a duration without a unit',
      policySchema,
      policyYaml.replace('texts: 30d', 'texts: 30'),
      '2:14 "retention.texts" is 30; write a text',
    ],
    [
      'a duration in words',
      policySchema,
      policyYaml.replace('texts: 30d', 'texts: a month'),
      '2:14 "retention.texts" is "a month"; write a duration such as 5m, 24h or 30d',
    ],
    [
      'another kind of SLI',
      policySchema,
      policyYaml.replace('kind: judge-pass', 'kind: judged'),
      '"slos.judge-pass.sli.kind" is "judged"; write "judge-pass" or "human-pass" or "accepted" or "field"',
    ],
    [
      'a severity that is none',
      policySchema,
      policyYaml.replace('severities: [page, ticket]', 'severities: [pager]'),
      '5:37 "tiers.1.severities.0" is "pager"; write "rollback" or "page" or "ticket" or "digest"',
    ],
    [
      'a row of no severity',
      policySchema,
      policyYaml.replace('  page: { long', '  pager: { long'),
      '9:3 unknown key "pager" under "rows"',
    ],
    [
      'an objective in percent',
      policySchema,
      policyYaml.replace('objective: 0.92', 'objective: 92'),
      '16:5 "slos.judge-pass.objective" is 92; write less than 1',
    ],
    [
      'an id that cannot be one',
      surfaceSchema,
      defaultYaml.replace('judge-pass: on', 'Judge Pass: on'),
      '6:3 "Judge Pass" cannot stand here; write lower-case letters, digits and hyphens, at most 40, a letter first',
    ],
    [
      'a switch that is none',
      surfaceSchema,
      defaultYaml.replace('judge-pass: on', 'judge-pass: yes please'),
      '6:3 "slos.judge-pass" is "yes please"; write "on" or "off" or a mapping of keys',
    ],
    [
      'an SLO of its own',
      surfaceSchema,
      defaultYaml.replace('judge-pass: on', 'quick: { sli: { kind: accepted }, window: 24h }'),
      '6:12 unknown key "sli" under "slos.quick"; what an SLO measures stands in a template: define it in slos/policy.yaml, and switch it on here (docs/objectives.md)',
    ],
    [
      'a misspelt override',
      surfaceSchema,
      defaultYaml.replace('judge-pass: on', 'judge-pass: { objectiv: 0.9 }'),
      '6:17 unknown key "objectiv" under "slos.judge-pass"',
    ],
    [
      'a wrong override',
      surfaceSchema,
      defaultYaml.replace(
        'judge-pass: on',
        'judge-pass: { objective: 0.9, rows: { ticket: { burn: fast } } }',
      ),
      '6:51 "slos.judge-pass.rows.ticket.burn" is "fast"; write a number',
    ],
    [
      'a tier that is none',
      surfaceSchema,
      defaultYaml.replace('tier: 3', 'tier: 4'),
      '3:1 "tier" is 4; write 1 or 2 or 3',
    ],
    [
      'a rate over 1',
      surfaceSchema,
      `${defaultYaml}sampleRate: 5\n`,
      '7:1 "sampleRate" is 5; write at most 1',
    ],
    [
      'a rate of 0',
      surfaceSchema,
      `${defaultYaml}sampleRate: 0\n`,
      '7:1 "sampleRate" is 0; write more than 0',
    ],
  ])('with %s name line, key and cure', (_, schema, text, words) => {
    const found = faults(schema, text);
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(words);
  });
});

describe('a file that is no YAML of ours', () => {
  it.each([
    ['a tab', 'a: 1\n\tb: 2\n', /^2:\d+ is not YAML: /],
    ['an open bracket', 'a: [1, 2\n', /^\d+:\d+ is not YAML: /],
    ['a key twice', 'surface: a\nsurface: b\n', /^2:1 is not YAML: Map keys must be unique/],
    ['a list', '- a\n', /^1:1 the file is \["a"\]; write a mapping of keys/],
    ['nothing', '', /^1:1 the file is null; write a mapping of keys/],
  ])('such as %s says so with its place', (_, text, words) => {
    expect(faults(surfaceSchema, text)[0]).toMatch(words);
  });

  it.each([
    ['5: a\n"5": b\n', /^2:1 .*"5" stands here a second time/],
    ['a: { 1: x, 1.0: y }\n', /^1:12 .*"1" stands/],
    ['a: { true: x, "true": y }\n', /^1:15 .*"true" stands/],
    ['? &k 5\n: x\n? *k\n: y\n', /^3:3 .*"5" stands/],
  ])('such as one of two keys that become one (%j) says so', (text, words) => {
    expect(faults(surfaceSchema, text)).toEqual([expect.stringMatching(words)]);
  });

  it('such as one in another encoding says its line, and what its mark says is read', async () => {
    const { root } = await projectFolder({});
    const write = async (name: string, bytes: Buffer) => {
      await writeFile(join(root, name), bytes);
      return readYamlFile(join(root, name), surfaceSchema);
    };
    const text = defaultYaml.replace('platform', 'büro');
    expect(await write('latin.yaml', Buffer.from(text, 'latin1'))).toMatchObject({
      faults: [{ line: 2, message: expect.stringMatching(/^holds bytes that are no UTF-8; save the file/) }],
    });
    for (const bytes of [
      Buffer.from(`\ufeff${text}`, 'utf16le'),
      Buffer.from(`\ufeff${text}`, 'utf16le').swap16(),
    ])
      expect(await write('wide.yaml', bytes)).toMatchObject({ ok: true, value: { owner: 'büro' } });
  });

  it('such as a YAML bomb is refused, not expanded', () => {
    const bomb = `a0: &a0 [x, x]\n${Array.from({ length: 30 }, (_, index) => `a${index + 1}: &a${index + 1} [*a${index}, *a${index}]`).join('\n')}\n`;
    expect(faults(surfaceSchema, bomb)).toEqual([
      '1:1 holds more aliases than any of our files needs; write the values out',
    ]);
    expect(faults(surfaceSchema, 'x'.repeat(1_000_001))).toEqual([
      '1:1 wanted at most 1000000 characters, got 1000001',
    ]);
  });

  it('such as one that is not there says so', async () => {
    const { root } = await projectFolder({});
    expect(await readYamlFile(join(root, 'none.yaml'), surfaceSchema)).toMatchObject({
      ok: false,
      faults: [{ line: 1, column: 1, message: 'cannot be read (ENOENT)' }],
    });
  });

  it('is read with Windows line ends and a byte order mark', () => {
    expect(faults(surfaceSchema, `\ufeff${defaultYaml.replaceAll('\n', '\r\n')}`)).toEqual([]);
    expect(
      faults(surfaceSchema, defaultYaml.replace('tier: 3', 'tier: 9').replaceAll('\n', '\r\n'))[0],
    ).toMatch(/^3:1 /);
  });
});
