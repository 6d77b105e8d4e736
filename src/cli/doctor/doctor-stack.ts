import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { SQSClient } from '@aws-sdk/client-sqs';
import { describeStack, readStackCatalogue } from '#adapters/cloudformation/stack.ts';
import { type AlarmStanding, readAlarms } from '#adapters/cloudwatch/alarms.ts';
import { readMetrics } from '#adapters/cloudwatch/read-metrics.ts';
import { createDynamo } from '#adapters/dynamodb/client.ts';
import { createSeriesStore } from '#adapters/dynamodb/series-store.ts';
import { readDepths } from '#adapters/sqs/queue-depth.ts';
import type { Catalogue } from '#core/catalogue/catalogue.ts';
import { judgesInUse } from '#core/judges/find-judge.ts';
import { describeRetirement, retirements } from '#core/judges/retirement.ts';
import { metric, metricNamespace } from '#core/names.ts';
import { type ControlReading, evaluatedUpTo, ticksOfToday } from '#core/series/control.ts';
import { nameShare } from '#core/share.ts';
import { formatDuration, formatNumber } from '#core/slo/words/format.ts';
import { hour } from '#core/time.ts';
import { describeDifference } from '../target/stack-catalogue.ts';
import { requireStackName } from '../target/stack-names.ts';
import { lackingOutputs, readResources, redeploy, type StackResources } from '../target/stack-resources.ts';
import { oldestEvaluation } from '../target/target.ts';
import { type Check, fault, ok, type Report, warning } from './doctor-check.ts';
import { checkPrices, type JudgeOption } from './doctor-judge.ts';
import { askStackJudges, checkSecret } from './doctor-stack-judge.ts';

/** Checks a deployed stack from its outside: what CloudFormation, the queues, the control items, alarms and metrics say. */
export async function checkStack(stack: string, options: JudgeOption, report: Report): Promise<void> {
  requireStackName(stack);
  const credentials = await checkCredentials();
  report(credentials);
  if (credentials.state === 'fault') return;
  const described = await describe(stack);
  described.checks.forEach(report);
  const { resources } = described;
  if (resources === undefined) return;
  const { stage } = resources;
  const deployed = await checkDeployed(stack, process.cwd());
  report(deployed.check);
  const cloudwatch = new CloudWatchClient({});
  try {
    const attempts: (() => Promise<Check | readonly Check[]>)[] = [
      () => checkSecret(resources, options, deployed.catalogue),
      () => checkQueues(resources, stack),
      () => checkControl(resources, deployed.catalogue),
      () => checkAlarms(cloudwatch, stage),
      () => checkSenders(cloudwatch, stage),
    ];
    for (const attempt of attempts)
      for (const check of [await attempt().catch((error: unknown) => refused(error))].flat()) report(check);
    if (deployed.catalogue === undefined) return;
    for (const check of checkPrices(judgesInUse(deployed.catalogue), Date.now())) report(check);
    for (const check of await askStackJudges(resources, options, deployed.catalogue)) report(check);
  } finally {
    cloudwatch.destroy();
  }
}

function refused(error: unknown): Check {
  return fault('AWS', {
    wanted: 'an answer',
    found: error instanceof Error ? `${error.name}: ${error.message}` : String(error),
    action: 'see whether your role may read this service, then run the doctor again',
  });
}

async function checkCredentials(): Promise<Check> {
  const sqs = new SQSClient({});
  try {
    const region = await sqs.config.region();
    await sqs.config.credentials();
    return ok('credentials', `found, region ${region}`);
  } catch (error) {
    return fault('credentials', {
      wanted: 'AWS credentials and a region',
      found: error instanceof Error ? error.message : String(error),
      action:
        "set AWS_PROFILE or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, and AWS_REGION, of the stack's account",
    });
  } finally {
    sqs.destroy();
  }
}

async function describe(
  stack: string,
): Promise<{ readonly checks: readonly Check[]; readonly resources: StackResources | undefined }> {
  const reading = await describeStack(stack);
  if (!reading.ok) {
    const action =
      'deploy it ("npx cdk deploy -c stage=…"), or name another with --stack; see whether AWS_REGION is the stack\'s';
    const check = fault('stack', { wanted: `a stack "${stack}"`, found: reading.reason, action });
    return { checks: [check], resources: undefined };
  }
  const { status, outputs } = reading;
  const checks = [checkStatus(status)];
  const lacking = lackingOutputs(outputs);
  checks.push(
    lacking.length === 0
      ? ok('outputs', `${Object.keys(outputs).length} outputs`)
      : fault('outputs', {
          wanted: lacking.join(', '),
          found: `${Object.keys(outputs).length} outputs without them`,
          action: redeploy,
        }),
  );
  return { checks, resources: lacking.length === 0 ? readResources(outputs) : undefined };
}

/** Reads the catalogue that the stack runs with, and holds the files of this folder against it where there are any. */
async function checkDeployed(
  stack: string,
  root: string,
): Promise<{ readonly check: Check; readonly catalogue: Catalogue | undefined }> {
  const reading = await readStackCatalogue(stack);
  if (!reading.ok)
    return {
      catalogue: undefined,
      check: fault('catalogue', {
        wanted: "the objectives and rubrics that the stack runs with, in its template's Metadata",
        found: reading.reason,
        action: `${redeploy}; your role wants cloudformation:GetTemplate (the policy of the output ReaderPolicyArn)`,
      }),
    };
  const { catalogue } = reading;
  const difference = await describeDifference(stack, catalogue, root);
  const check =
    difference === undefined
      ? ok('catalogue', `${catalogue.surfaces.length} surfaces deployed`)
      : warning('catalogue', {
          wanted: 'the files here as they were deployed',
          found: difference,
          action: 'deploy the files, or check out what was deployed',
        });
  return { check, catalogue };
}

function checkStatus(status: string): Check {
  if (/^(CREATE|UPDATE|IMPORT)_COMPLETE$/.test(status)) return ok('stack', status);
  if (status.endsWith('_IN_PROGRESS'))
    return warning('stack', {
      wanted: 'a stack at rest',
      found: status,
      action: 'wait for the deployment to end, then run the doctor again',
    });
  const failed = status.includes('FAILED') || status.startsWith('DELETE');
  return (failed ? fault : warning)('stack', {
    wanted: 'CREATE_COMPLETE or UPDATE_COMPLETE',
    found: status,
    action: "read the stack's events in the CloudFormation console, mend the cause and deploy again",
  });
}

async function checkQueues({ queues }: StackResources, stack: string): Promise<Check[]> {
  const sqs = new SQSClient({ useQueueUrlAsEndpoint: false });
  const depths = await readDepths(sqs, {
    responses: queues.IntakeResponseQueue,
    judge: queues.JudgeQueue,
    rejected: queues.IntakeRejectedQueue,
    judgeDlq: queues.JudgeQueueJudgeDlq,
  }).finally(() => sqs.destroy());
  const { responses = 0, judge = 0, rejected = 0, judgeDlq = 0 } = depths;
  const parked = (name: string, count: number, what: string, queue: 'rejected' | 'judge') =>
    count === 0
      ? []
      : [
          warning(name, {
            wanted: 'an empty queue',
            found: `${formatNumber(count)} ${what}, deleted 14 days after they came`,
            action: `read a message's "reason" attribute, mend the cause, then "npx assay redrive ${queue} --stack ${stack}"`,
          }),
        ];
  return [
    ok('queues', `about ${formatNumber(responses)} records and ${formatNumber(judge)} judgements wait`),
    ...parked('rejected', rejected, 'records that could not be read', 'rejected'),
    ...parked('dead letters', judgeDlq, 'judgements whose tries are spent', 'judge'),
  ];
}

async function checkControl({ tables }: StackResources, catalogue: Catalogue | undefined): Promise<Check[]> {
  const dynamo = createDynamo();
  try {
    const control = await createSeriesStore(dynamo, tables.series).readControl();
    const lives = catalogue === undefined ? [] : checkRetirements(control, catalogue);
    return [checkTick(control), ...checkCircuits(control), ...lives];
  } finally {
    dynamo.destroy();
  }
}

function checkTick(control: ControlReading): Check {
  const wanted = `an evaluation within the last ${formatDuration(oldestEvaluation)}; one is due each minute`;
  const action =
    'read the log of the slo-evaluator; see whether its schedule is on and Lambda concurrency is left';
  const ticks = ticksOfToday(control);
  const silent = ticks.indexOf(undefined);
  if (silent >= 0) {
    const share =
      ticks.length === 1 ? '' : `, of share ${nameShare({ number: silent + 1, of: ticks.length })}`;
    return fault('evaluator', { wanted, found: `none ever${share}`, action });
  }
  const age = Date.now() - (evaluatedUpTo(control) ?? 0);
  const found = `the last tick${ticks.length === 1 ? '' : ' of the slowest share'} was ${formatDuration(Math.max(0, age))} ago`;
  return age <= oldestEvaluation ? ok('evaluator', found) : fault('evaluator', { wanted, found, action });
}

/** By the wall clock: the day comes whether anything is evaluated or not. */
function checkRetirements({ shutdowns }: ControlReading, catalogue: Catalogue): Check[] {
  const all = retirements(catalogue, shutdowns, Date.now());
  if (all.length === 0)
    return [ok('judge life', 'no judge in use is shut down within 45 days, as far as is told')];
  return all.map((each) => {
    const told = {
      wanted: `a judge ${each.judge} that stays`,
      found: describeRetirement(each),
      action: `follow "judge-retires" in the runbook before ${each.on}`,
    };
    return each.daysLeft > 0 ? warning('judge life', told) : fault('judge life', told);
  });
}

function checkCircuits({ circuits }: ControlReading): Check[] {
  if (circuits.length === 0) return [ok('circuits', 'no judge is blocked')];
  return circuits.map(({ model, reason, openedAt }) =>
    fault('circuits', {
      wanted: `a judge ${model} that can be used`,
      found: `blocked for ${formatDuration(Math.max(0, Date.now() - openedAt))}: ${reason}`,
      action:
        'mend what it says; one probe every 15 minutes then closes the circuit. Nothing is lost meanwhile',
    }),
  );
}

/** Whether the evaluator publishes what it watches at every tick. AWS's own metrics and counts of errors come when there is something to tell. */
function hasDataEachMinute({ name, namespace }: AlarmStanding, stage: string): boolean {
  return namespace === metricNamespace(stage) && !/-(sampled-share-(low|high)|judge-errors)$/.test(name);
}

async function checkAlarms(cloudwatch: CloudWatchClient, stage: string): Promise<Check> {
  const alarms = await readAlarms(cloudwatch, `assay-${stage}-`);
  const blind = alarms.filter(
    (alarm) => alarm.state === 'INSUFFICIENT_DATA' && hasDataEachMinute(alarm, stage),
  );
  const firing = alarms.filter(({ state }) => state === 'ALARM').length;
  const found = `${alarms.length} alarms, ${firing} firing`;
  if (alarms.length > 0 && blind.length === 0) return ok('alarms', found);
  return warning('alarms', {
    wanted: 'alarms that have data',
    found: `${found}, ${blind.length} without data${blind[0] === undefined ? '' : ` (${blind[0].name}${blind.length > 1 ? ', …' : ''})`}`,
    action:
      'a new stack has them some minutes after its first tick; later, see that the evaluator runs and that the files deployed are those here',
  });
}

async function checkSenders(cloudwatch: CloudWatchClient, stage: string): Promise<Check> {
  const query = { namespace: metricNamespace(stage), name: metric.received, statistic: 'Maximum' } as const;
  const now = Date.now();
  const [values = []] = await readMetrics(cloudwatch, [query], { from: now - hour, to: now }, 3_600);
  const received = Math.max(0, ...values);
  if (received > 0) return ok('senders', `${formatNumber(received)} records in an hour`);
  return warning('senders', {
    wanted: 'records in the last hour',
    found: 'none',
    action:
      'give the senders\' role the policy of the output SenderPolicyArn and let them send to ResponseQueueUrl (docs/records.md); then see the "rejected" queue',
  });
}
