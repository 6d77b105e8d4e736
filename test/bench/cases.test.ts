import { spawnSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { compare } from '../../bench/cases/case-kind.ts';
import { checkCases } from '../../bench/cases/check-cases.ts';

const root = join(import.meta.dirname, '..', '..');

async function check(...paths: string[]) {
  const lines: string[] = [];
  const log = (line: string) => void lines.push(line);
  const status = await checkCases(paths, { log, error: log });
  return { status, text: lines.join('\n') };
}

function fileOf(...lines: unknown[]): string {
  const path = join(mkdtempSync(join(tmpdir(), 'cases-')), 'cases.jsonl');
  writeFileSync(
    path,
    lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n'),
  );
  return path;
}

const mail = {
  name: 'mail',
  kind: 'redaction',
  form: 'email',
  text: 'to: kim@post.example',
  want: { gone: 'kim' },
};
const lunch = { name: 'lunch', kind: 'redaction', text: 'at 12:30, table 4', want: 'unchanged' };

/** A secret that nothing can tell from a word. */
const missed = (name: string, form?: string) => ({
  name,
  kind: 'redaction',
  form,
  text: 'the word is swordfish',
  want: { gone: 'swordfish' },
});

describe('npm run cases', () => {
  it('prints a line a kind, of several files together', async () => {
    const { status, text } = await check(fileOf(mail), fileOf(lunch, ''));
    expect(text).toMatch(/redaction +2 of 2/);
    expect(text).toContain('secrets of the claimed forms gone: 1 of 1');
    expect(status).toBe(0);
  });

  it('asks the deployed judge about what a provider answers', async () => {
    const completion = (name: string, status: number, body: unknown, want: unknown) => ({
      name,
      kind: 'completion',
      http: { status, headers: {}, body },
      want,
    });
    const content = JSON.stringify({ criteria: { helps: { reason: 'It does.', score: 4 } } });
    const told = {
      choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content } }],
      usage: { prompt_tokens: 900, completion_tokens: 90 },
    };
    const { status, text } = await check(
      fileOf(
        completion('told', 200, told, { ends: 'judged', billed: 'usage', score: 4 }),
        completion(
          'busy',
          429,
          { error: { code: 'rate_limit_exceeded' } },
          { ends: 'moment', billed: 'nothing' },
        ),
      ),
    );
    expect(text).toMatch(/completion +2 of 2/);
    expect(status).toBe(0);
  });

  it('prints each secret that is left, and judges their share', async () => {
    const found = Array.from({ length: 9 }, (_, index) => ({ ...mail, name: `mail-${index}` }));
    const enough = await check(
      fileOf(...found, missed('left', 'token'), missed('no form'), missed('bare', 'bare')),
    );
    expect(enough.status).toBe(0);
    expect(enough.text).toMatch(
      /MISS left \(.*cases\.jsonl:10\): wanted .*"gone":"swordfish".*, came "the word is swordfish"/,
    );
    expect(enough.text).toContain('claimed forms gone: 9 of 10');
    expect(enough.text).toContain('other forms gone: 0 of 2');
    const tooFew = await check(fileOf(...found, missed('left', 'token'), missed('left too', 'password')));
    expect(tooFew.status).toBe(1);
  });

  it('lets two innocents be touched and no third', async () => {
    const touched = (index: number) => ({
      ...mail,
      name: `touched-${index}`,
      form: undefined,
      want: 'unchanged',
    });
    expect((await check(fileOf(mail, touched(1), touched(2)))).status).toBe(0);
    const three = await check(fileOf(mail, touched(1), touched(2), touched(3)));
    expect(three.status).toBe(1);
    expect(three.text).toContain('innocents touched: 3 of 3');
  });

  it.each([
    [
      'an unknown kind',
      { name: 'x', kind: 'redactoin', want: 1 },
      'unknown kind "redactoin"; known are answer, ',
    ],
    ['a kind of every object', { name: 'x', kind: 'toString', want: 1 }, 'unknown kind "toString"'],
    ['a line that is no JSON', '{"name": "x"', ':2: wanted a case as a JSON object on one line'],
    ['a line without a name', { kind: 'redaction', want: 1 }, 'name'],
    ['a line without want', { name: 'x', kind: 'redaction', text: '' }, 'at want'],
    [
      'a field of the wrong form',
      { name: 'x', kind: 'redaction', text: 4, want: 'unchanged' },
      'expected string',
    ],
    ['a want of another kind', { name: 'x', kind: 'answer', content: '', want: 'unchanged' }, 'want'],
  ])('fails on %s, says so at its line and tries the others', async (_name, line, message) => {
    const { status, text } = await check(fileOf(mail, line));
    expect(text).toContain(message);
    expect(text).toContain('cases.jsonl:2');
    expect(text).toMatch(/redaction +1 of \d/);
    expect(status).toBe(1);
  });

  it('fails without a file, with an empty one, and with one that is not there or no UTF-8', async () => {
    const binary = fileOf('');
    writeFileSync(binary, Buffer.from([0x7b, 0xff, 0xfe]));
    for (const [paths, message] of [
      [[], 'npm run cases FILE…'],
      [[fileOf('')], 'is empty'],
      [['/no/such.jsonl'], 'Check the path'],
      [[binary], 'UTF-8'],
    ] as const)
      expect(await check(...paths)).toEqual({ status: 1, text: expect.stringContaining(message) });
  });

  it('takes any of a list in a place of want, at every level', () => {
    const came = { ends: 'item', billed: 'nothing', more: 1 };
    expect(compare({ ends: ['history', 'item'], billed: 'nothing' }, came).right).toBe(true);
    expect(compare(['refused', { ends: 'item' }], came).right).toBe(true);
    expect(compare({ ends: ['history', 'moment'] }, came).right).toBe(false);
    expect(compare({ ends: 'item', score: 5 }, came).right).toBe(false);
    expect(compare('unreadable', { score: 5 }).right).toBe(false);
  });

  it('is what npm runs', () => {
    const { status, stdout } = spawnSync(process.execPath, ['bench/cases.ts', fileOf(lunch)], {
      cwd: root,
      encoding: 'utf8',
    });
    expect({ status, stdout }).toEqual({ status: 0, stdout: expect.stringMatching(/redaction +1 of 1/) });
  });
});
