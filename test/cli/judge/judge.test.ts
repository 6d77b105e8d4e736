import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { assay, assayWith } from '#test/support/assay.ts';
import { judgesYaml, projectFolder } from '#test/support/project-folder.ts';
import { known, type ProviderServer, startProviderServer } from '#test/support/provider-server.ts';

const verdict = JSON.stringify({ criteria: { helps: { reason: 'it does', score: 4 } } });
let server: ProviderServer;
beforeAll(async () => {
  server = await startProviderServer(verdict);
});
afterAll(() => server.close());

const today = new Date().toISOString().slice(0, 10);
const prices = `{ asOf: ${today}, standard: { input: 1, cachedInput: 0.1, cacheWrites: 1.25, output: 10 } }`;

/** Judges that no rubric names, beside the one that the small project asks. */
const judges = () => `${judgesYaml}  azure-one:
    model: another
    deployment: at-azure
    provider: azure
    url: ${server.url('azure')}
    authorisation: { secret: azure }
    prices: ${prices}
  plain:
    model: another-still
    provider: compatible
    url: ${server.url('plain')}
    authorisation: none
    dialect: { output: [json-object], roles: [user], tokenLimit: max_tokens }
    prices: { asOf: 2025-02-03, standard: { input: 1, cachedInput: 1, output: 1 } }
    retires: 2027-01-31
`;

describe('assay judge check', () => {
  it('lists each judge with its place, its prices and who asks it, and tells of old prices', async () => {
    const { folder } = await projectOf(judges());
    const { code, stdout, stderr } = await assay(folder, 'judge', 'check');
    expect(code).toBe(0);
    const row = (name: string) => stdout.split('\n').find((line) => line.startsWith(name)) ?? '';
    expect(row('azure-one')).toMatch(/another +127\.0\.0\.1:\d+ +secret azure +standard +\d{4}-/);
    expect(row('azure-one')).toMatch(/none$/);
    expect(row('judge-model')).toMatch(/api\.openai\.com +secret openai .*@1/);
    expect(row('plain')).toContain('2027-01-31');
    expect(stdout).toContain('3 judges in order.');
    expect(stderr).toMatch(/prices of "plain" are of 2025-02-03/);
    expect(stderr).not.toContain('azure-one');
  });

  it('tells faults by line, and judges that a rubric in use does not fit', async () => {
    const { folder, write } = await projectOf(judgesYaml.replace('provider: openai', 'provider: azure'));
    const broken = await assay(folder, 'judge', 'check', '--json');
    expect(broken.code).toBe(1);
    expect(JSON.parse(broken.stdout)).toMatchObject({
      ok: false,
      faults: [{ file: 'rubrics/judges.yaml', message: expect.stringContaining('"url"') }],
    });
    await write('rubrics/judges.yaml', judgesYaml.replace('model: judge-model', 'model: another'));
    const unfit = await assay(folder, 'judge', 'check');
    expect(unfit.code).toBe(1);
    expect(unfit.stderr).toContain('judge-model');
  });
});

describe('assay judge try', () => {
  it('says what it asks, in which form and at most at what cost, and then what came', async () => {
    const { folder } = await projectOf(judges());
    const { code, stdout } = await assayWith(
      { AZURE_API_KEY: known.azure },
      folder,
      'judge',
      'try',
      'azure-one',
    );
    expect(code).toBe(0);
    expect(stdout).toMatch(/^Asks azure-one \(another\) at 127\.0\.0\.1:\d+, called "at-azure" there,/);
    expect(stdout).toMatch(/Form: chat-completions, output json-schema, the rubric as system, tier standard/);
    expect(stdout).toMatch(/At most \$0\.\d{4}\./);
    expect(stdout).toContain('Came: score 4 (pass), by judge-model-2026-10.');
    // 100 fresh, 700 cached, 100 written, 50 out.
    expect(stdout).toContain('$0.00080 at standard');
    expect(stdout).toMatch(/Took \d+ ms\./);
    expect(stdout).not.toContain(known.azure);
  });

  it('asks a judge that no rubric names in a form that it takes', async () => {
    const { folder } = await projectOf(judges());
    const { code, stdout } = await assay(folder, 'judge', 'try', 'plain', '--json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      judge: 'plain',
      form: expect.stringContaining('output json-object, the rubric as user'),
      ok: true,
      bill: { usage: { inputTokens: 900 }, tier: 'standard' },
    });
    expect(server.asked.at(-1)?.sent).toMatchObject({ response_format: { type: 'json_object' } });
  });

  it('says what refused it and what to do, asks nobody without a key, and knows the names', async () => {
    const { folder } = await projectOf(judges());
    const of = (key: string, name: string) => assayWith({ AZURE_API_KEY: key }, folder, 'judge', 'try', name);
    const refused = await of('not-it', 'azure-one');
    expect(refused.code).toBe(1);
    expect(refused.stdout).toMatch(
      /Came: the provider gives no access.*\(401.*\(blocking\)\.\nNothing was billed/,
    );
    const before = server.asked.length;
    expect(await of('', 'azure-one')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('AZURE_API_KEY'),
    });
    expect(await of('', 'nobody')).toMatchObject({ code: 2, stderr: expect.stringContaining('azure-one') });
    expect(server.asked.length).toBe(before);
  });
});

async function projectOf(judgesFile: string) {
  const { root, write } = await projectFolder();
  await write('rubrics/judges.yaml', judgesFile);
  return { folder: root, write };
}
