import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { schemaFiles } from '#cli/rubric/schemas-files.ts';
import { sloTemplateSchema, surfaceSchema } from '#core/catalogue/surface-file.ts';
import { describeField, fields, unitOfField } from '#core/slo/definition/field.ts';
import { sliSchema } from '#core/slo/definition/sli.ts';
import { expectTable } from '#test/support/generated-table.ts';
import { schemaRows } from '#test/support/schema-rows.ts';

const document = 'docs/objectives.md';
const units = { ms: 'milliseconds', usd: 'US dollars', tokensPerSecond: 'tokens a second' } as const;

/** WRITE_TABLES=1 npx vitest run test/docs/objectives.test.ts writes the tables anew. */
describe(document, async () => {
  const text = await readFile(new URL(`../../${document}`, import.meta.url), 'utf8');
  const schema = (name: string) => JSON.parse(schemaFiles().get(`${name}.schema.json`) ?? '{}');

  it('names every key of a surface, and of the policy', async () => {
    const head = ['key', 'value', 'what for'];
    await expectTable(document, 'surface', [head, ...schemaRows(schema('surface'))]);
    await expectTable(document, 'policy', [head, ...schemaRows(schema('policy'))]);
  });

  it('names every kind of SLI with its keys, and every field', async () => {
    await expectTable(document, 'kinds', [
      ['kind', 'keys', 'what it measures'],
      ...sliSchema.options.map(({ shape, description }) => [
        `\`${shape.kind.value}\``,
        Object.entries(shape)
          .filter(([key]) => key !== 'kind')
          .map(([key, { type }]) => `\`${key}\`${type === 'optional' ? ' (optional)' : ''}`)
          .join(', '),
        description ?? '',
      ]),
    ]);
    await expectTable(document, 'fields', [
      ['field', 'in', 'what it is'],
      ...fields.map((field) => [`\`${field}\``, units[unitOfField(field)], describeField(field)]),
    ]);
  });

  it('shows files that are in order', () => {
    const blocks = [...text.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, block = '']) => parse(block));
    const [surface, policy, override] = blocks;
    expect(surfaceSchema.safeParse(surface).error).toBeUndefined();
    expect(sloTemplateSchema.safeParse(policy.slos['quick-answers']).error).toBeUndefined();
    const { slos } = surfaceSchema.shape;
    expect(slos.safeParse(override.slos).error).toBeUndefined();
    expect(blocks).toHaveLength(3);
  });
});
