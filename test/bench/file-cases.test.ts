import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { rubricYaml } from '#test/support/project-folder.ts';
import { checkCases } from '../../bench/cases/check-cases.ts';

async function check(cases: readonly object[]) {
  const path = join(mkdtempSync(join(tmpdir(), 'cases-')), 'cases.jsonl');
  writeFileSync(path, cases.map((one) => `${JSON.stringify(one)}\n`).join(''));
  const lines: string[] = [];
  const log = (line: string) => void lines.push(line);
  const status = await checkCases([path], { log, error: log });
  return { status, lines };
}

const base64 = (text: string, encoding: BufferEncoding = 'utf8') =>
  Buffer.from(text, encoding).toString('base64');

describe('a case of a ratings file', () => {
  const judged = [
    { id: 'q1', score: 2 },
    { id: 'q2', score: 5 },
  ];
  const ratings = (name: string, text: string, want: object) => ({
    name,
    kind: 'ratings',
    file: base64(text),
    judged,
    want,
  });
  const good = 'response_id,rater_id,score\nq1,zoe,4\nq2,max,5\n';
  const doubled = 'response_id,rater_id,score,Score\nq1,zoe,4,1\n';

  it('is tried in the ratings function, and knows nothing of the others', async () => {
    const { status, lines } = await check([
      ratings('good', good, { accepted: 2, raters: 2 }),
      ratings('again', good, { accepted: 2, raters: 2 }),
      ratings('doubled', doubled, { accepted: 0, raters: 0, whole: 'refused' }),
      ratings('either', doubled, { accepted: 1, raters: 1, whole: 'either' }),
      ratings('people', good, { accepted: 2, raters: 1 }),
      ratings('taken', good, { accepted: 2, raters: 2, whole: 'refused' }),
      ratings('not taken', doubled, { accepted: 1, raters: 1 }),
    ]);
    expect(status).toBe(1);
    expect(lines.map((line) => line.split(' (')[0])).toEqual([
      'FAIL people',
      'FAIL taken',
      'FAIL not taken',
      'ratings      4 of 7',
    ]);
    expect(lines[2]).toContain('say the same; keep the one that is meant');
  });
});

describe('a case of a file of settings', () => {
  const file = (name: string, text: string, want: unknown, encoding?: BufferEncoding) => ({
    name,
    kind: 'file',
    of: 'rubric',
    file: base64(text, encoding),
    want,
  });
  const rubric = rubricYaml({ id: 'tried', state: 'shadow' }).replace('judge-model', 'gpt-6-luna');

  it('is tried among the shipped files', async () => {
    const { status, lines } = await check([
      file('good', rubric, ['accepted', 'told']),
      file('umlaut', rubric.replace('Helpfulness', 'Nützlich'), 'refused', 'latin1'),
      file('wrong', `${rubric}more: 1\n`, 'accepted'),
    ]);
    expect(status).toBe(1);
    expect(lines).toEqual([
      expect.stringMatching(/^FAIL wrong .*came "refused rubrics\/tried\/1\.yaml:\d+:1 unknown key/),
      'file         2 of 3',
    ]);
  });
});
