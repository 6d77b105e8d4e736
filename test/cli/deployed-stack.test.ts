import { randomUUID } from 'node:crypto';
import { CloudWatchClient, PutMetricAlarmCommand } from '@aws-sdk/client-cloudwatch';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createAnchorStore } from '#adapters/dynamodb/anchor-store.ts';
import { createCounterStore } from '#adapters/dynamodb/counter-store.ts';
import { createJudgementStore } from '#adapters/dynamodb/judgement-store.ts';
import { createRatingStore } from '#adapters/dynamodb/rating-store.ts';
import { createSeriesStore } from '#adapters/dynamodb/series-store.ts';
import { requireCatalogue } from '#cli/target/catalogue.ts';
import { output } from '#core/names.ts';
import { composeBatch } from '#core/rating/batch.ts';
import { countKey, pipelineSurface } from '#core/series/keys.ts';
import { SeriesSet, verdictSource } from '#core/series/series-set.ts';
import { summariseCounts, summariseVerdicts } from '#core/series/summarise-hour.ts';
import { hour, hourKey, minute } from '#core/time.ts';
import { startJudgeServer, verdictText } from '#local/judges/judge-server.ts';
import { assay } from '#test/support/assay.ts';
import { testCatalogue, testRubric } from '#test/support/catalogue.ts';
import { type DeployedStack, deployStack } from '#test/support/deployed-stack.ts';
import { endJudgement, judgeTask } from '#test/support/judgements.ts';
import { testPrices } from '#test/support/judges.ts';
import { firing, makeReading } from '#test/support/make-reading.ts';
import { type ProjectFolder, projectFolder, releasedProject } from '#test/support/project-folder.ts';

/** `doctor`, `status` and `cost` on a deployed stack, which gets better from test to test. */

interface Check {
  readonly name: string;
  readonly state: string;
  readonly found: string;
  readonly action?: string;
}

const files = {
  'slos/chat.yaml':
    'surface: chat\nowner: chat\ntier: 1\nexpectedPerDay: 20000\nslos: { first-token: on, judge-pass: on }\n',
};
let stack: DeployedStack;
let dynamo: DynamoDBClient;
/** Where the deployed judge is; a catalogue that was deployed before there were judges has prices instead. */
let judgeUrl: string | 'former' | undefined;

beforeAll(async () => {
  stack = await deployStack();
  dynamo = new DynamoDBClient({});
});

afterAll(async () => {
  dynamo.destroy();
  await stack.close();
});

/** The files of a checkout, as they were deployed. */
async function deployedProject(): Promise<ProjectFolder> {
  const folder = await releasedProject(files);
  const catalogue = await requireCatalogue(folder.root);
  const { judges, ...former } = catalogue;
  const rubrics = former.rubrics.map((rubric) => ({
    ...rubric,
    judge: { ...rubric.judge, prices: testPrices },
  }));
  const url = judgeUrl;
  if (url === 'former') stack.cloudFormation.carry({ ...former, rubrics });
  else if (url === undefined) stack.cloudFormation.carry(catalogue);
  else stack.cloudFormation.carry({ ...catalogue, judges: judges?.map((each) => ({ ...each, url })) ?? [] });
  return folder;
}

async function doctor(
  ...args: string[]
): Promise<{ code: number; checks: Map<string, Check>; text: string }> {
  return doctorIn((await deployedProject()).root, ...args);
}

async function doctorIn(
  root: string,
  ...args: string[]
): Promise<{ code: number; checks: Map<string, Check>; text: string }> {
  const { code, stdout, stderr } = await assay(root, 'doctor', '--stack', 'assay-prod', '--json', ...args);
  const { checks } = JSON.parse(stdout) as { checks: Check[] };
  return { code, checks: new Map(checks.map((check) => [check.name, check])), text: stdout + stderr };
}

async function tick(age: number, states: Record<string, unknown> = {}): Promise<void> {
  const store = createSeriesStore(dynamo, stack.seriesTable);
  const at = Date.now() - age;
  for (const [surface, slos] of Object.entries(states))
    await store.writeSurface(surface, at, { slos, outbox: [] });
  await store.writeTick(at, 'test', { anchors: {}, late: 0 });
}

describe('doctor on a deployed stack', () => {
  it('stops at a stack that is not there, or that failed', async () => {
    stack.cloudFormation.describe(undefined);
    const missing = await doctor('--no-judge');
    expect(missing.code).toBe(1);
    expect(missing.checks.get('stack')).toMatchObject({
      state: 'fault',
      found: 'Stack with id assay-prod does not exist',
    });
    expect(missing.checks.has('judge key')).toBe(false);
    stack.cloudFormation.describe('UPDATE_ROLLBACK_FAILED');
    expect((await doctor('--no-judge')).checks.get('stack')?.state).toBe('fault');
    stack.cloudFormation.describe('UPDATE_COMPLETE');
  });

  it('finds a new stack lacking a key, ticks, records and data', async () => {
    const { code, checks } = await doctor('--no-judge');
    expect(code).toBe(1);
    expect(checks.get('stack')).toMatchObject({ state: 'ok', found: 'UPDATE_COMPLETE' });
    expect(checks.get('outputs')?.state).toBe('ok');
    expect(checks.get('judge key')).toMatchObject({
      state: 'fault',
      action: 'aws secretsmanager put-secret-value',
    });
    expect(checks.get('evaluator')).toMatchObject({ state: 'fault', found: 'none ever' });
    expect(checks.get('senders')?.state).toBe('warning');
    expect(checks.get('alarms')?.state).toBe('warning');
  });

  it('tells of a tick that is old, parked messages and an alarm without data', async () => {
    await tick(2 * hour);
    const sqs = new SQSClient({ useQueueUrlAsEndpoint: false });
    for (const QueueUrl of [stack.queueUrls.IntakeRejectedQueue, stack.queueUrls.JudgeQueueJudgeDlq])
      await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: '{}' }));
    sqs.destroy();
    const cloudwatch = new CloudWatchClient({});
    // The last two have nothing to tell yet, and may.
    for (const [name, Namespace, MetricName] of [
      ['operations-cap-reached', 'Assay/prod', 'CapReached'],
      ['chat-sampled-share-low', 'Assay/prod', 'SampledShareOfRate'],
      ['operations-judge-crashes', 'AWS/Lambda', 'Errors'],
    ] as const)
      await cloudwatch.send(
        new PutMetricAlarmCommand({
          AlarmName: `assay-prod-${name}`,
          Namespace,
          MetricName,
          Statistic: 'Maximum',
          Period: 60,
          EvaluationPeriods: 1,
          Threshold: 1,
          ComparisonOperator: 'GreaterThanOrEqualToThreshold',
        }),
      );
    cloudwatch.destroy();
    const { checks } = await doctor('--no-judge');
    expect(checks.get('evaluator')).toMatchObject({ state: 'fault', found: 'the last tick was 2 h ago' });
    expect(checks.get('rejected')).toMatchObject({
      state: 'warning',
      action: expect.stringContaining('npx assay redrive rejected --stack assay-prod'),
    });
    expect(checks.get('dead letters')?.state).toBe('warning');
    expect(checks.get('alarms')?.found).toBe(
      '3 alarms, 0 firing, 1 without data (assay-prod-operations-cap-reached)',
    );
  });

  it('asks the judge with the key of the stack, which it never shows', async () => {
    const key = 'sk-very-secret';
    await stack.fillSecret(JSON.stringify({ openai: key }));
    await tick(minute);
    await stack.putMetrics(received(1_200, 60));
    const judge = await startJudgeServer((request) => ({
      kind: 'text',
      text: verdictText(request, () => 5, 'It says so.'),
    }));
    const elsewhere = await startJudgeServer(() => ({ kind: 'text', text: 'not me' }));
    judgeUrl = judge.url;
    process.env.ASSAY_JUDGE_URL = elsewhere.url;
    process.env.OPENAI_BASE_URL = elsewhere.url;
    const { code, checks, text } = await doctor();
    delete process.env.ASSAY_JUDGE_URL;
    delete process.env.OPENAI_BASE_URL;
    judgeUrl = undefined;
    await Promise.all([judge.close(), elsewhere.close()]);
    expect(elsewhere.asked().size).toBe(0);
    expect([...judge.asked().values()]).toEqual([1]);
    expect(code).toBe(0);
    expect(checks.get('senders')?.found).toBe('1,200 records in an hour');
    expect(checks.get('judge')).toMatchObject({
      state: 'ok',
      found: expect.stringMatching(
        /score 5 in \d+ ms; \d+ tokens in \(0 cached\), \d+ out, \$0\.0.*; asked by chat-completions, output json-schema/,
      ),
    });
    expect(text).toContain(
      `Asking judge-model at ${new URL(judge.url).host} about one sentence: at most $0.`,
    );
    expect(checks.get('judge')?.found).toContain(`at ${new URL(judge.url).host}`);
    expect(text).not.toContain(key);
  });

  it('warns of a judge whose answers come from a cache', async () => {
    const judge = await startJudgeServer((request) => ({
      kind: 'http',
      status: 200,
      headers: { 'x-litellm-cache-hit': 'True' },
      body: {
        model: 'judge-model',
        choices: [
          {
            index: 0,
            finish_reason: 'stop',
            message: { content: verdictText(request, () => 5, 'It says so.') },
          },
        ],
      },
    }));
    judgeUrl = judge.url;
    const { checks } = await doctor();
    judgeUrl = undefined;
    await judge.close();
    expect(checks.get('judge')).toMatchObject({
      state: 'warning',
      found: expect.stringContaining('a cache on the way kept'),
    });
  });

  it('tells a refused key from a judge that is busy', async () => {
    for (const [status, word] of [
      [401, /blocking/],
      [503, /retryable/],
    ] as const) {
      const judge = await startJudgeServer(() => ({
        kind: 'http',
        status,
        body: { error: { message: 'no' } },
      }));
      judgeUrl = judge.url;
      const { code, checks } = await doctor();
      judgeUrl = undefined;
      await judge.close();
      expect(code).toBe(1);
      expect(checks.get('judge')).toMatchObject({ state: 'fault', found: expect.stringMatching(word) });
    }
  });

  it('asks nobody where the stack does not tell whom, and warns of it', async () => {
    judgeUrl = 'former';
    const { code, checks } = await doctor();
    judgeUrl = undefined;
    expect(code).toBe(0);
    expect(checks.get('judge')).toMatchObject({
      state: 'warning',
      found: 'a catalogue without judges; nobody was asked',
      action: expect.stringContaining('deploy this version once'),
    });
  });

  it('tells which outputs an older deployment lacks, as every command does', async () => {
    const { seriesTable } = stack;
    stack.cloudFormation.output({ [output.seriesTable]: undefined });
    const { root } = await deployedProject();
    const { checks } = await doctor('--no-judge');
    const status = await assay(root, 'status', '--stack', 'assay-prod');
    stack.cloudFormation.output({ [output.seriesTable]: seriesTable });
    expect(checks.get('outputs')).toMatchObject({
      state: 'fault',
      wanted: expect.stringContaining('SeriesTableName'),
    });
    expect(status).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/lacks the outputs SeriesTableName\. Deploy this version once/),
    });
  });
});

describe('the catalogue of a deployed stack', () => {
  it('is the one that was deployed, outside a checkout too', async () => {
    await deployedProject();
    const { root } = await projectFolder({});
    const { code, checks } = await doctorIn(root, '--no-judge');
    expect(code).toBe(0);
    expect(checks.has('files')).toBe(false);
    expect(checks.get('catalogue')).toMatchObject({ state: 'ok', found: '2 surfaces deployed' });
    expect(await assay(root, 'gate', '--tier', '1', '--stack', 'assay-prod', '--json')).toMatchObject({
      stderr: '',
    });
  });

  it('is told from the files of a checkout where they differ', async () => {
    const folder = await deployedProject();
    await folder.write('slos/chat.yaml', files['slos/chat.yaml'].replace('tier: 1', 'tier: 2'));
    const note =
      /The files in slos\/ and rubrics\/ here differ in chat; assay-prod runs with what was deployed/;
    const gate = await assay(folder.root, 'gate', '--tier', '1', '--stack', 'assay-prod', '--json');
    expect(gate.stderr).toMatch(note);
    expect(JSON.parse(gate.stdout)).toMatchObject({ tier: 1 });
    const { checks } = await doctorIn(folder.root, '--no-judge');
    expect(checks.get('catalogue')).toMatchObject({ state: 'warning', found: expect.stringMatching(note) });
  });

  it('is asked for where the template carries none', async () => {
    const { root } = await deployedProject();
    stack.cloudFormation.carry(undefined);
    expect(await assay(root, 'status', '--stack', 'assay-prod')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('carries no catalogue; deploy this version'),
    });
  });
});

/** The gauge of records received, each of the last minutes. */
function received(value: number, minutes: number): object {
  return {
    Namespace: 'Assay/prod',
    MetricData: Array.from({ length: minutes }, (_, index) => ({
      MetricName: 'Received',
      Timestamp: Math.floor((Date.now() - index * minute) / 1000),
      Value: value,
    })),
  };
}

describe('status of a deployed stack', () => {
  it('counts records at once, late ones too, and after their tick as before it', async () => {
    const { root } = await deployedProject();
    const counters = createCounterStore(dynamo, stack.seriesTable);
    const late = Date.now() - 5 * hour;
    const add = async (surface: string, at: number, counts: Record<string, number>) => {
      await counters.add(countKey(surface, at, 'c:-'), at, new Map(Object.entries(counts)));
      await counters.markDirty([{ of: 'counts', surface, hour: hourKey(at) }], randomUUID());
    };
    await add('chat', Date.now(), { n: 2_000, sampled: 100 });
    await add('chat', late, { n: 20, sampled: 1 });
    await add('default', Date.now() - 25 * hour, { n: 7 });
    await add(pipelineSurface, Date.now(), { 'rejected:form': 3 });
    const balance = async () =>
      JSON.parse((await assay(root, 'status', '--stack', 'assay-prod', '--json')).stdout).balance;
    const counted = { received: 2_023, rejected: 3, sampled: 101 };
    expect(await balance()).toMatchObject(counted);
    // A tick takes up the late hour, and leaves the other.
    const store = createSeriesStore(dynamo, stack.seriesTable);
    const { marks } = await store.readControl();
    const mark = marks.find(({ dirty }) => dirty.hour === hourKey(late));
    if (mark === undefined) throw new Error('the late hour has no mark');
    const set = new SeriesSet();
    set.replaceHour(
      'chat',
      'counts',
      hourKey(late),
      summariseCounts(hourKey(late), await store.readCounts('chat', hourKey(late))),
    );
    await store.writeDay('chat', late, '*', set.packDay('chat', '*', late));
    await store.clearDirty(mark);
    expect(await balance()).toMatchObject(counted);
  });

  it('tells why judgements brought no verdict: of hours that are added up, and of such as are not yet', async () => {
    const { root } = await deployedProject();
    const rubric = testRubric();
    const at = Date.now() - 3 * hour;
    const judgements = createJudgementStore(dynamo, stack.judgementTable, testCatalogue().retention);
    const refuse = async (id: string, when: number, reason: string) =>
      endJudgement(judgements, judgeTask(id, when, { rubric, surface: 'default' }), {
        state: 'unjudgeable',
        reason,
      });
    await refuse('first', at, 'longer than the judge takes (400, context_length_exceeded)');
    await refuse('second', at, 'longer than the judge takes (400, context_length_exceeded)');
    await refuse('third', Date.now(), 'unreadable 2 times: no JSON');
    const store = createSeriesStore(dynamo, stack.seriesTable);
    const set = new SeriesSet();
    const hourOf = await judgements.readHour('default', rubric, hourKey(at));
    set.replaceHour('default', verdictSource(rubric), hourKey(at), summariseVerdicts(rubric, hourOf));
    await store.writeDay('default', at, '*', set.packDay('default', '*', at));
    for (const { dirty, ...mark } of (await store.readControl()).marks)
      if (dirty.of === 'verdicts') await store.clearDirty({ dirty, ...mark });
    await createCounterStore(dynamo, stack.seriesTable).markDirty(
      [{ of: 'verdicts', surface: 'default', hour: hourKey(Date.now()), rubric }],
      randomUUID(),
    );
    const { stdout, stderr } = await assay(root, 'status', '--stack', 'assay-prod');
    expect(stderr).toBe('');
    const told = stdout.replaceAll(/\s+/g, ' ');
    expect(told).toContain(
      '2 unjudgeable: longer than the judge takes (400, context_length_exceeded). First: first. Nothing follows it',
    );
    expect(told).toContain('1 unjudgeable: unreadable 2 times: no JSON. First: third.');
  });

  it('tells which surfaces could not be evaluated, and since when', async () => {
    const { root } = await deployedProject();
    const store = createSeriesStore(dynamo, stack.seriesTable);
    const at = Date.now();
    await store.writeSurface('chat', at - 12 * minute, { slos: {}, outbox: [] });
    await store.writeTick(at, 'test', { anchors: {}, late: 0 });
    const { stdout } = await assay(root, 'status', '--stack', 'assay-prod');
    expect(stdout.replaceAll(/\s+/g, ' ')).toContain(
      'STALE the surface chat could not be evaluated at the last tick; it was 12 min ago',
    );
    expect(stdout.replaceAll(/\s+/g, ' ')).toContain(
      'STALE the surface default could not be evaluated at the last tick; it never was',
    );
    const { unevaluated } = JSON.parse(
      (await assay(root, 'status', '--stack', 'assay-prod', '--json')).stdout,
    );
    expect(unevaluated).toMatchObject([
      { surface: 'chat', evaluatedAt: new Date(at - 12 * minute).toISOString() },
      { surface: 'default', evaluatedAt: null, secondsAgo: null },
    ]);
  });

  it('tells of surfaces that are taken in turn, and of an evaluator that has not ticked', async () => {
    const { root } = await deployedProject();
    const store = createSeriesStore(dynamo, stack.seriesTable);
    const at = Date.now();
    await store.writeSurface('chat', at - 5 * minute, { slos: {}, outbox: [] });
    await store.writeSurface('default', at - 6 * minute, { slos: {}, outbox: [] });
    const turns = { waiting: 2, every: 3, since: at - 6 * minute };
    await store.writeTick(at, 'test', { anchors: {}, late: 0, turns });
    const status = async () => {
      const { stdout } = await assay(root, 'status', '--stack', 'assay-prod');
      const { evaluators } = JSON.parse(
        (await assay(root, 'status', '--stack', 'assay-prod', '--json')).stdout,
      );
      return { text: stdout.replaceAll(/\s+/g, ' '), evaluators };
    };
    const alone = await status();
    expect(alone.text).toContain(
      'TURNS the evaluator takes its surfaces in turn, each about every 3 ticks: 2 had',
    );
    expect(alone.text).toContain('-c evaluators=3');
    expect(alone.text).not.toContain('STALE');
    const evaluatedAt = new Date(at + 1).toISOString();
    expect(alone.evaluators).toMatchObject([{ share: '1/1', waiting: 2, every: 3 }]);
    await store.writeTick(at + 1, 'test', { anchors: {}, late: 0, share: { number: 1, of: 2 } });
    const shared = await status();
    expect(shared.text).toContain('TURNS the evaluator of share 2/2 has not ticked yet');
    expect(shared.evaluators).toMatchObject([
      { share: '1/2', evaluatedAt },
      { share: '2/2', evaluatedAt: null },
    ]);
    await store.writeTick(at - 3 * minute, 'test', { anchors: {}, late: 0, share: { number: 2, of: 2 } });
    const both = await status();
    expect(both.text).not.toContain('TURNS');
    expect(both.text).toContain('STALE');
  });

  it('puts what fires first, the worst surface before the better, and calls its balance approximate', async () => {
    const { root } = await deployedProject();
    const reason = `It burns at 7 times its even rate. ${'More words follow here. '.repeat(30)}`;
    await tick(0, {
      chat: {
        'first-token': {
          state: {},
          reading: makeReading({ firing: firing('page'), reason, budgetLeft: -3 }),
        },
        'judge-pass': {
          state: {},
          reading: makeReading({ calibration: { state: 'missing', reason: 'no ratings yet', ratings: 0 } }),
        },
      },
      default: { 'judge-pass': { state: {}, reading: makeReading() } },
    });
    const { code, stdout } = await assay(root, 'status', '--stack', 'assay-prod');
    expect(code).toBe(0);
    const lines = stdout.split('\n');
    expect(lines[0]).toMatch(/^Firing \(evaluated /);
    expect(lines[1]).toBe('  PAGE     chat/first-token');
    expect(stdout).toContain('npx assay why chat/first-token --stack assay-prod');
    expect(stdout).toContain('2,023 received, 3 rejected, the last 24 hours');
    expect(stdout).toMatch(/IntakeRejectedQueue 1, JudgeQueueJudgeDlq 1/);
    const order = lines
      .map((line) => line.split('  ')[0])
      .filter((word) => /^(chat|default)\//.test(word ?? ''));
    expect(order).toEqual(['chat/first-token', 'chat/judge-pass', 'default/judge-pass']);
    expect(stdout).toContain('chat/judge-pass by helpfulness@1: MISSING, 0 ratings. No ratings yet.');
  });

  it('keeps its keys in JSON', async () => {
    const { root } = await deployedProject();
    const { stdout } = await assay(root, 'status', '--stack', 'assay-prod', '--json');
    const status = JSON.parse(stdout);
    expect(Object.keys(status)).toEqual(
      expect.arrayContaining(['balance', 'slos', 'alarms', 'spending', 'circuits', 'tick']),
    );
    expect(status.balance).toMatchObject({
      approximate: true,
      received: 2_023,
      queues: { JudgeQueueJudgeDlq: 1 },
    });
    expect(status.slos[0]).toMatchObject({ slo: 'chat/first-token', severity: 'page', health: 'breaking' });
  });
});

describe('what a stack waits for', () => {
  it('is told: ratings of a batch about a warning, and how the anchors stand', async () => {
    const { root } = await deployedProject();
    const [ratings, judgements] = ['StorageRatingTable', 'StorageJudgementTable'].map((part) =>
      stack.seriesTable.replace('StorageSeriesTable', part),
    ) as [string, string];
    const since = Date.now() - hour;
    const rubric = { id: 'helpfulness', version: 1, passMark: 4 };
    const window = { from: since, to: Date.now() };
    const batch = composeBatch(
      {
        ...window,
        id: 'chat-judge-pass-warning',
        surface: 'chat',
        rubric,
        fingerprint: 'f',
        returnedModel: undefined,
        seed: 's',
        drawnAt: Date.now(),
        count: 20,
        confirms: { slo: 'judge-pass', since, freezes: false },
      },
      Array.from({ length: 60 }, (_, index) => ({
        responseId: `r${index}`,
        at: since + index,
        score: 1 + (index % 5),
        probability: 0.05,
      })),
    );
    await createRatingStore(dynamo, ratings).writeBatch(batch);
    const anchors = Array.from({ length: 4 }, (_, index) => ({
      responseId: `a${index}`,
      surface: 'chat',
      at: since,
      probability: 0.05,
      pass: true,
    }));
    const judge = 'helpfulness@1#f';
    await createAnchorStore(dynamo, { ratings, judgements }).writeSet(judge, {
      madeFor: 7,
      callUsd: 0.001,
      anchors,
    });
    const confirmation = { since, freezes: false, rounds: [{ batch: batch.id, ...window, strata: [] }] };
    const store = createSeriesStore(dynamo, stack.seriesTable);
    await store.writeSurface('chat', Date.now() + minute, {
      slos: { 'judge-pass': { state: {}, reading: makeReading(), confirmation } },
      outbox: [],
    });
    await store.writeTick(Date.now() + minute, 'test', {
      anchors: { [judge]: { madeFor: 7, latest: 'pf-p', next: 0, sentOn: '', sent: 0, movedAt: since } },
      late: 0,
    });
    const { stdout } = await assay(root, 'status', '--stack', 'assay-prod', '--json');
    expect(JSON.parse(stdout)).toMatchObject({
      waitingBatches: [{ batch: batch.id, slo: 'chat/judge-pass', drawn: 20, rated: 0 }],
      anchors: [{ judge, state: 'moved', anchors: 4, compared: 3, passThenFail: 1, failThenPass: 0 }],
    });
    const words = (await assay(root, 'status', '--stack', 'assay-prod')).stdout;
    expect(words).toContain('npx assay ratings open chat-judge-pass-warning --stack assay-prod');
    expect(words).toContain('helpfulness@1#f: moved; 3 of 4 scored again, 1 worse, 0 better');
  });
});

describe('cost of a deployed stack', () => {
  it("rests on the judge's own count of tokens", async () => {
    const { root } = await deployedProject();
    const dimensions = [
      { Name: 'Surface', Value: 'chat' },
      { Name: 'Rubric', Value: 'helpfulness' },
    ];
    const at = Math.floor(Date.now() / 1000);
    const put = (MetricName: string, Values: number[]) => ({
      MetricName,
      Dimensions: dimensions,
      Timestamp: at,
      Values,
      Counts: Values.map(() => 1),
    });
    await stack.putMetrics({
      Namespace: 'Assay/prod',
      MetricData: [
        put('JudgeInputTokens', [2_000, 4_000]),
        put('JudgeCachedInputTokens', [1_000, 3_000]),
        put('JudgeOutputTokens', [100, 300]),
        put('JudgeLatency', [2_000, 4_000]),
      ],
    });
    const { stdout } = await assay(
      root,
      'cost',
      '--stack',
      'assay-prod',
      '--responses-per-day',
      '40000',
      '--json',
    );
    const { judge, trafficFrom } = JSON.parse(stdout);
    expect(trafficFrom).toBe('option');
    const [chat, rest] = judge.lines;
    expect(chat).toMatchObject({
      surface: 'chat',
      source: 'measured',
      inputTokens: 3_000,
      cachedInputTokens: 2_000,
      outputTokens: 200,
      callsPerMonth: 20_000 * 0.05 * 30.4375,
    });
    // 1,000 x $0.25 + 2,000 x $0.025 + 200 x $2, a million
    expect(chat.usdPerCall).toBeCloseTo(0.0007, 10);
    expect(rest).toMatchObject({ surface: 'default', source: 'assumed' });
  });
});
