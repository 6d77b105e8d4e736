import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { schemaFiles } from '#cli/rubric/schemas-files.ts';
import { assay } from '#test/support/assay.ts';
import { projectFolder, releasedProject } from '#test/support/project-folder.ts';

interface JsonSchema {
  readonly type?: string;
  readonly description?: string;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly pattern?: string;
  readonly enum?: readonly unknown[];
}

const schema = (name: string) => JSON.parse(schemaFiles().get(`${name}.schema.json`) ?? '{}') as JsonSchema;

describe('the JSON Schemas', () => {
  it.each([...schemaFiles()])('schemas/%s is current; "npx assay schemas" writes it', async (name, text) => {
    expect(await readFile(`schemas/${name}`, 'utf8')).toBe(text);
  });

  it('are for what people write: durations are texts, and what has a default may be left out', () => {
    const { properties = {}, required } = schema('policy');
    expect(properties.retention?.properties?.texts).toMatchObject({
      type: 'string',
      pattern: '^[1-9]\\d*[smhd]$',
    });
    expect(required).not.toContain('maxCohorts');
    expect(schema('surface').required).toEqual(['surface', 'owner', 'tier', 'expectedPerDay', 'slos']);
  });

  it('tell an editor what each key of the files is for', () => {
    const silent = ['policy', 'surface', 'rubric'].flatMap((name) =>
      Object.entries(schema(name).properties ?? {})
        .filter(([, each]) => each.description === undefined && each.properties === undefined)
        .map(([key]) => `${name}.${key}`),
    );
    expect(silent).toEqual(['surface.title', 'rubric.title']);
  });

  it('are what the files of this repository name in their first line', async () => {
    for (const [file, wanted] of [
      ['slos/policy.yaml', '../schemas/policy'],
      ['slos/chat.yaml', '../schemas/surface'],
      ['rubrics/helpfulness/2.yaml', '../../schemas/rubric'],
      ['rubrics/agent-runs/1.yaml', '../../schemas/rubric'],
      ['rubrics/judges.yaml', '../schemas/judges'],
    ] as const)
      expect((await readFile(file, 'utf8')).split('\n')[0]).toBe(
        `# yaml-language-server: $schema=${wanted}.schema.json`,
      );
  });
});

describe('assay schemas', () => {
  it('writes them, and with --check says which are not current', async () => {
    const folder = await projectFolder({});
    expect((await assay(folder.root, 'schemas', '--check')).stderr).toMatch(
      /^Not current: schemas\/policy\.schema\.json, .*Run "npx assay schemas"\.\n$/,
    );
    expect((await assay(folder.root, 'schemas')).code).toBe(0);
    expect(await folder.read('schemas/rubric.schema.json')).toBe(schemaFiles().get('rubric.schema.json'));
    expect(await assay(folder.root, 'schemas', '--check')).toMatchObject({ code: 0, stderr: '' });
    await folder.write('schemas/rubric.schema.json', '{}');
    expect(await assay(folder.root, 'schemas', '--check')).toEqual({
      code: 1,
      stdout: '',
      stderr: 'Not current: schemas/rubric.schema.json. Run "npx assay schemas".\n',
    });
  });
});

describe('assay schemas --json', () => {
  it('prints JSON', async () => {
    const { root } = await releasedProject();
    const { code, stdout } = await assay(root, 'schemas', '--json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toBeTypeOf('object');
  });

  it('tells in JSON too that schemas are not current', async () => {
    const { root } = await releasedProject();
    const { code, stdout } = await assay(root, 'schemas', '--check', '--json');
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ ok: false, written: false });
  });
});
