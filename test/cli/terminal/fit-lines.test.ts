import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fitLines } from '#cli/terminal/fit-lines.ts';
import { formatTable } from '#cli/terminal/table.ts';
import { columnsOf, terminalWidth } from '#cli/terminal/width.ts';

const solid = (text: string) => text.replace(/\s+/g, '');
const widest = (text: string) => Math.max(...text.split('\n').map(columnsOf));
const words = fc.string({ unit: fc.constantFrom(...'ab,/-:. \n🙂漢é'), maxLength: 300 });

describe('the width', () => {
  it.each([
    ['the terminal', { COLUMNS: '200' }, { isTTY: true, columns: 132 }, 132],
    ['COLUMNS where the output is no terminal', { COLUMNS: '200' }, { columns: 132 }, 200],
    ['80 where nothing tells', {}, {}, 80],
    ['80 where COLUMNS is no number', { COLUMNS: 'wide' }, {}, 80],
    ['80 where a terminal tells 0', {}, { isTTY: true, columns: 0 }, 80],
    ['40 at least', { COLUMNS: '3' }, {}, 40],
  ])('is that of %s', (_, environment, stream, width) => {
    expect(terminalWidth(environment, stream)).toBe(width);
  });

  it('of a text counts emoji and East Asian letters twice, and colours never', () => {
    expect(columnsOf('漢🙂a\u001b[31mé\u001b[0m')).toBe(6);
  });
});

describe('a command at the end of a line', () => {
  const command =
    'npx assay postmortem chat/judge-pass --from 2026-12-01T06:00:00Z --to 2026-12-01T12:20:00Z';

  it('gets a line of its own where there is no room, to be copied whole', () => {
    expect(fitLines(`  To keep this: ${command}`, 100)).toBe(`  To keep this:\n    ${command}`);
    expect(fitLines(`To keep this: ${command}`, 80)).toBe(
      'To keep this:\n  npx assay postmortem chat/judge-pass --from 2026-12-01T06:00:00Z --to \\\n    2026-12-01T12:20:00Z',
    );
  });

  it('is prose among other words, or where it is no command that ends the line', () => {
    const prose = 'Rules: npx assay explain chat/judge-pass. A word: npx assay explain evidence.';
    expect(fitLines(prose, 60)).toBe(
      'Rules: npx assay explain chat/judge-pass. A word: npx assay\nexplain evidence.',
    );
    expect(fitLines('npx assay status            what stands, and why', 40)).not.toContain('\\');
  });
});

describe('lines that fit', () => {
  it('are never wider than wanted and lose no letter', () => {
    fc.assert(
      fc.property(words, fc.integer({ min: 40, max: 90 }), (text, width) => {
        const fitted = fitLines(text, width);
        expect(widest(fitted)).toBeLessThanOrEqual(width);
        expect(solid(fitted)).toBe(solid(text));
      }),
    );
  });

  it.each([
    ['short ones as they are', 'one   two', 'one   two'],
    ['a list under its words', `- ${'word '.repeat(8)}end`, `- ${'word '.repeat(7).trim()}\n  word end`],
    [
      'a label under its column',
      `Zoom    ${'word '.repeat(7)}`,
      `Zoom    ${'word '.repeat(6).trim()}\n        word`,
    ],
    [
      'a command so that it can be copied',
      '  npx assay why chat/judge-pass --local /some/where',
      '  npx assay why chat/judge-pass \\\n    --local /some/where',
    ],
    ['a path at its slashes', `/${'folder/'.repeat(7)}`, `/${'folder/'.repeat(5)}\n${'folder/'.repeat(2)}`],
  ])('go on: %s', (_, text, fitted) => {
    expect(fitLines(text, 40)).toBe(fitted);
  });
});

describe('a table', () => {
  const rows = [
    ['name', 'state', ''],
    ['  chat/judge-pass', 'a state of many words that takes much room', 'x'],
    ['other', '', ''],
  ];

  it('stands as it is where there is room', () => {
    expect(formatTable(rows, 90)).toBe(
      [
        'name               state                                       ',
        '  chat/judge-pass  a state of many words that takes much room  x',
        'other',
      ]
        .map((line) => line.trimEnd())
        .join('\n'),
    );
  });

  it('folds its widest cells where there is less', () => {
    expect(formatTable(rows, 45)).toBe(
      [
        'name               state',
        '  chat/judge-pass  a state of many words    x',
        '                   that takes much room',
        'other',
      ].join('\n'),
    );
  });

  it('is a block a row where words would break', () => {
    const long = [
      ['name', 'place', ''],
      ['first', '/a/folder/with/a/name/that/is/long', 'note-that-is-no-word'],
    ];
    expect(formatTable(long, 44)).toBe(
      ['first', '  place  /a/folder/with/a/name/that/is/long', '         note-that-is-no-word'].join('\n'),
    );
  });

  it('never is wider than wanted, whatever stands in its cells', () => {
    const cell = fc.string({ unit: fc.constantFrom(...'ab/ 漢'), maxLength: 60, size: 'max' });
    fc.assert(
      fc.property(fc.array(fc.tuple(cell, cell, cell), { minLength: 2, maxLength: 4 }), (each) => {
        expect(widest(formatTable(each, 40))).toBeLessThanOrEqual(40);
      }),
    );
  });
});
