import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { schemaFiles } from '#cli/rubric/schemas-files.ts';
import { judgesFileSchema } from '#core/judges/judge.ts';
import { judgeFingerprint } from '#core/judging/judgement.ts';
import { rubricContentHash } from '#core/rubric/content-hash.ts';
import { type Rubric, rubricName } from '#core/rubric/rubric.ts';
import { rubricSchema } from '#core/rubric/rubric-schema.ts';
import { expectTable } from '#test/support/generated-table.ts';
import { schemaRows } from '#test/support/schema-rows.ts';
import { shippedCatalogue } from '#test/support/shipped.ts';

/** WRITE_TABLES=1 npx vitest run test/docs/rubrics.test.ts writes the tables anew. */
describe('docs/rubrics.md', async () => {
  const text = await readFile(new URL('../../docs/rubrics.md', import.meta.url), 'utf8');
  const { rubrics } = await shippedCatalogue();
  const schema = (name: string) => JSON.parse(schemaFiles().get(`${name}.schema.json`) ?? '{}');

  it('names every key of a rubric, and of the judges', async () => {
    const head = ['key', 'value', 'what for'];
    await expectTable('docs/rubrics.md', 'rubric', [head, ...schemaRows(schema('rubric'))]);
    await expectTable('docs/rubrics.md', 'judges', [head, ...schemaRows(schema('judges'))]);
  });

  it('names the rubrics that are shipped', async () => {
    await expectTable('docs/rubrics.md', 'shipped', [
      ['rubric', 'state', 'surfaces', 'criteria', 'overall'],
      ...rubrics.map((rubric) => [
        `\`${rubricName(rubric)}\``,
        rubric.state,
        rubric.surfaces === 'any' ? 'any that no other names' : rubric.surfaces.join(', '),
        rubric.criteria.map(({ id }) => id).join(', '),
        `${rubric.overall}, passes at ${rubric.passMark}`,
      ]),
    ]);
  });

  it('shows files that are in order', () => {
    const blocks = [...text.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, block = '']) => parse(block));
    const [rubric, judges] = [
      blocks.find((each) => 'criteria' in each),
      blocks.find((each) => 'judges' in each),
    ];
    expect(rubricSchema.safeParse(rubric).error).toBeUndefined();
    expect(judgesFileSchema.safeParse(judges).error).toBeUndefined();
    expect(Object.keys(judges.judges)).toContain(rubric.judge.name);
  });

  it('says truly what stands in which hash', () => {
    const rubric = rubrics.find(({ id, state }) => id === 'helpfulness' && state === 'active') as Rubric;
    const { judge } = rubric;
    const changes: Readonly<Record<string, Partial<Rubric>>> = {
      title: { title: 'Another' },
      description: { description: 'Another.' },
      criteria: { criteria: rubric.criteria.slice(1) },
      overall: { overall: 'minimum' },
      passMark: { passMark: 5 },
      sees: { sees: 'conversation-and-context' },
      examples: { examples: [] },
      'judge.model': { judge: { ...judge, model: 'another' } },
      'judge.parameters': { judge: { ...judge, parameters: {} } },
      'judge.maxOutputTokens': { judge: { ...judge, maxOutputTokens: 900 } },
      'judge.maxInputCharacters': { judge: { ...judge, maxInputCharacters: 9_000 } },
      'judge.form': { judge: { ...judge, form: { output: 'json-object', role: 'system' } } },
      repeats: { repeats: 2 },
      state: { state: 'retired' },
      surfaces: { surfaces: ['chat'] },
      'judge.name': { judge: { ...judge, name: 'another' } },
      ratings: { ratings: { carry: 'They would rate the same.' } },
    };
    const told = [...text.matchAll(/^\| `([a-z.A-Z]+)` \| (yes|no) \| (yes|no) \|$/gm)];
    expect(told.map(([, key]) => key).sort()).toEqual(Object.keys(changes).sort());
    const isIn = (differs: boolean) => (differs ? 'yes' : 'no');
    for (const [, key = '', content, fingerprint] of told) {
      const changed = { ...rubric, ...changes[key] };
      expect([key, content, fingerprint]).toEqual([
        key,
        isIn(rubricContentHash(changed) !== rubricContentHash(rubric)),
        isIn(judgeFingerprint(changed) !== judgeFingerprint(rubric)),
      ]);
    }
  });
});
