import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readIncidents } from '#adapters/dynamodb/operator-entries.ts';
import { createSeriesStore } from '#adapters/dynamodb/series-store.ts';
import { requireCatalogue } from '#cli/target/catalogue.ts';
import type { SloReading } from '#core/report/slo-reading.ts';
import { minute } from '#core/time.ts';
import { assay } from '#test/support/assay.ts';
import { type DeployedStack, deployStack } from '#test/support/deployed-stack.ts';
import { firing, makeReading } from '#test/support/make-reading.ts';
import { type ProjectFolder, policyYaml, releasedProject } from '#test/support/project-folder.ts';

/** Gate, incident, report and rollback on a deployed stack: tables by the stack's outputs, beside those of an earlier deployment, states as the evaluator leaves them. */

const chat =
  'surface: chat\nowner: chat\ntier: 1\nexpectedPerDay: 20000\nslos: { first-token: { severities: [rollback, page, ticket] } }\n';
const files = {
  'slos/chat.yaml': chat,
  'slos/policy.yaml': policyYaml.replace(
    'rows:\n',
    'rows:\n  rollback: { long: 1h, short: 5m, burn: { strict: 14.4, lenient: 3 } }\n',
  ),
};

let stack: DeployedStack;
let seriesTable: string;
let dynamo: DynamoDBClient;

beforeAll(async () => {
  stack = await deployStack();
  seriesTable = stack.seriesTable;
  dynamo = new DynamoDBClient({});
});

afterAll(async () => {
  dynamo.destroy();
  await stack.close();
});

async function deployedProject(): Promise<ProjectFolder> {
  const folder = await releasedProject(files);
  stack.cloudFormation.carry(await requireCatalogue(folder.root));
  return folder;
}

let ticks = 0;

/** Leaves states as a tick would; each later than the one before. */
async function leave(reading: Partial<SloReading>, age = 0): Promise<void> {
  ticks += 1;
  const store = createSeriesStore(dynamo, seriesTable);
  const states = { chat: { 'first-token': { state: {}, reading: makeReading(reading) } } };
  const at = Date.now() - age + ticks;
  for (const [surface, slos] of Object.entries(states))
    await store.writeSurface(surface, at, { slos, outbox: [] });
  await store.writeTick(at, 'test', { anchors: {}, late: 0 });
}

describe('commands on a deployed stack', () => {
  it('tell nothing of one that was never evaluated, and say where to look', async () => {
    const { root } = await deployedProject();
    expect(await assay(root, 'gate', '--tier', '1', '--stack', 'assay-prod')).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringContaining(
        'assay-prod was never evaluated. Look at the log of its slo-evaluator function',
      ),
    });
  });

  it('shut the gate on an evaluation of 20 minutes ago', async () => {
    const { root } = await deployedProject();
    await leave({}, 20 * minute);
    expect(await assay(root, 'gate', '--tier', '1', '--stack', 'assay-prod')).toMatchObject({
      code: 1,
      stdout: expect.stringMatching(/last evaluated at .* 20 min ago; wanted at most 15 min/),
    });
  });

  it('open the gate in one line while all is well', async () => {
    const { root } = await deployedProject();
    await leave({});
    const { code, stdout, stderr } = await assay(root, 'gate', '--tier', '1', '--stack', 'assay-prod');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(
      /^Tier 1 is in order: 1 SLO within budget and no alarm \(assay-prod, evaluated .*\)\.\n$/,
    );
  });

  it('shut the gate on an alarm and a spent budget, in JSON too', async () => {
    const { root } = await deployedProject();
    await leave({
      firing: firing('page'),
      reason: 'It burns.',
      raw: { value: 0.5, good: 500, total: 1_000 },
      budgetLeft: -9,
    });
    const { code, stdout } = await assay(root, 'gate', '--tier', '1', '--stack', 'assay-prod', '--json');
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      verdict: 'shut',
      tier: 1,
      source: 'assay-prod',
      reasons: [
        { slo: 'chat/first-token', kind: 'alarm', severity: 'page', message: 'It burns.' },
        { slo: 'chat/first-token', kind: 'budget' },
      ],
    });
  });

  it('cannot tell of a stack that is not there, or of no stack at all', async () => {
    const { root } = await deployedProject();
    const gate = (...args: string[]) => assay(root, 'gate', '--tier', '1', ...args);
    expect(await gate('--stack', 'assay-nope')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('Stack with id assay-nope does not exist'),
    });
    expect(await gate('--stack', 'no(such')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('--stack: wanted'),
    });
    expect(await gate('--local', 'nowhere')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('There is no local run in nowhere'),
    });
    expect(await assay(root, 'gate')).toMatchObject({ code: 2, stderr: expect.stringContaining('--tier') });
  });

  it('note incidents, replace one when its end is known, and list them', async () => {
    const { root } = await deployedProject();
    const incident = (...args: string[]) => assay(root, 'incident', ...args, '--stack', 'assay-prod');
    const given = ['--provider', 'openai', '--from', '2026-11-03T09:00:00Z', '--note', 'slow \u001b[31m'];
    expect(await incident('list')).toMatchObject({
      stdout: expect.stringContaining('No incident was noted'),
    });
    expect(await incident('add', ...given)).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('with --to'),
    });
    expect(await incident('add', ...given, '--to', '2026-11-03T11:00:00Z')).toMatchObject({ code: 0 });
    expect(await readIncidents({ dynamo, table: seriesTable })).toEqual([
      {
        provider: 'openai',
        from: Date.UTC(2026, 10, 3, 9),
        to: Date.UTC(2026, 10, 3, 11),
        note: 'slow \u001b[31m',
      },
    ]);
    const { stdout } = await incident('list');
    expect(stdout).toContain('openai    2026-11-03 09:00 UTC  2026-11-03 11:00 UTC  2 h');
    expect(stdout).not.toContain('\u001b');
    const bad = await incident('add', '--provider', 'a#b', '--from', 'then', '--note', ' ');
    expect(bad.code).toBe(2);
    expect(bad.stderr.trim().split('\n')).toHaveLength(3);
  });

  it('leave the word that clears a rollback for the next evaluation', async () => {
    const { root } = await deployedProject();
    await leave({ firing: firing('rollback') });
    const before = Date.now();
    const cleared = await assay(root, 'rollback', 'clear', 'first-token', '--stack', 'assay-prod');
    expect(cleared).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('The next evaluation, within 1 min, takes the alarm off'),
    });
    const { rollbackClears } = await createSeriesStore(dynamo, seriesTable).readControl();
    expect(rollbackClears.get('chat/first-token')).toBeGreaterThanOrEqual(before);
  });

  it('say that there is nothing to clear where none stands, or none can', async () => {
    const { root } = await deployedProject();
    await leave({});
    const clear = (slo: string) => assay(root, 'rollback', 'clear', slo, '--stack', 'assay-prod');
    expect(await clear('chat/first-token')).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('No rollback of chat/first-token stands'),
    });
    expect(await clear('default/judge-pass')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('has no rollback alarm'),
    });
    expect(await clear('nope')).toMatchObject({ code: 2, stderr: expect.stringContaining('Known ones') });
  });

  it('report what the tables hold, without any day stored', async () => {
    const { root } = await deployedProject();
    await leave({ firing: firing('ticket') });
    const { code, stdout } = await assay(root, 'report', '--stack', 'assay-prod');
    expect(code).toBe(0);
    expect(stdout).toContain('Stage prod (assay-prod)');
    expect(stdout).toContain('**95%** first token in time (chat), watch.');
    expect(stdout).toContain('a ticket alarm is on');
  });
});
