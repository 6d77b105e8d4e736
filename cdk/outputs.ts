import { Aws, CfnMapping, CfnOutput, type Stack } from 'aws-cdk-lib';
import { output, severities, topicOutput } from '#core/names.ts';
import type { Intake } from './pipeline/intake.ts';
import type { JudgeQueue } from './pipeline/judge-queue.ts';
import type { Judging } from './pipeline/judging.ts';
import type { Notifications } from './pipeline/notifications.ts';
import type { PeoplePolicies } from './pipeline/people-policies.ts';
import type { Ratings } from './pipeline/ratings.ts';
import type { SloEvaluation } from './pipeline/slo-evaluation.ts';
import type { Storage } from './pipeline/storage.ts';
import type { Settings } from './stage/settings.ts';

export interface OutputSources {
  readonly settings: Settings;
  readonly storage: Storage;
  readonly intake: Intake;
  readonly judgeQueue: JudgeQueue;
  readonly judging: Judging;
  readonly evaluation: SloEvaluation;
  readonly ratingIntake: Ratings;
  readonly notifications: Notifications;
  readonly people: PeoplePolicies;
  readonly dashboardName: string | undefined;
}

/** Everything that senders, people, pipelines and the `assay` command must know of a deployed stage. */
export function writeOutputs(stack: Stack, sources: OutputSources): void {
  const { settings, storage, intake, judgeQueue, judging, notifications, people } = sources;
  const write = (name: string, description: string, value: string) =>
    new CfnOutput(stack, name, { description, value });
  write(output.stage, 'Part of the names of alarms and metrics', settings.stage);

  write(output.responseQueueUrl, 'Where applications send their responses', intake.responseQueue.queueUrl);
  write(output.responseQueueArn, 'The same queue, for policies', intake.responseQueue.queueArn);
  write(output.responseDlqUrl, 'Records that AWS failed on for hours', intake.responseDlq.queueUrl);
  write(
    output.rejectedQueueUrl,
    'Records that could not be read, with their reasons',
    intake.rejectedQueue.queueUrl,
  );
  write(output.judgeQueueUrl, 'Sampled responses on their way to the judge', judgeQueue.queue.queueUrl);
  write(output.judgeDlqUrl, 'Judgements whose tries are spent, with their reasons', judgeQueue.dlq.queueUrl);
  write(
    output.ratingDlqUrl,
    'Events of rating files that the ratings function failed on',
    sources.ratingIntake.failures.queueUrl,
  );

  const { secret } = judging;
  if (secret !== undefined) {
    write(output.judgeSecretArn, "Secret that holds the judges' API keys", secret.secretArn);
    write(
      output.judgeKeyCommand,
      `Fills the secret: run it, paste {${judging.secretEntries.map((entry) => `"${entry}": "KEY"`).join(', ')}} with each key in its place, press Enter and Ctrl-D`,
      `aws secretsmanager put-secret-value --region ${Aws.REGION} --secret-id ${secret.secretArn} --secret-string file:///dev/stdin`,
    );
  }
  write(
    output.dashboardAddress,
    'Latency, quality, cost and availability on one screen',
    `https://${Aws.REGION}.${consoleOf(stack)}/cloudwatch/home?region=${Aws.REGION}#dashboards/dashboard/${sources.dashboardName}`,
  );

  write(output.judgementTable, 'Verdicts, leases and texts', storage.judgements.tableName);
  write(output.seriesTable, 'Counters, roll-ups and SLO states', storage.series.tableName);
  write(output.ratingTable, 'Ratings and calibrations', storage.ratings.tableName);
  write(output.ratingBucket, 'Where rating batches are uploaded', storage.ratingBucket.bucketName);

  const evaluators = sources.evaluation.evaluators.map(({ evaluator }) => evaluator);
  const logs = [
    [output.samplerLogGroup, 'sampler', [intake.sampler]],
    [output.judgeLogGroup, 'judge', [judging.judge]],
    [output.evaluatorLogGroup, evaluators.length === 1 ? 'slo-evaluator' : 'slo-evaluators', evaluators],
    [output.ratingsLogGroup, 'ratings function', [sources.ratingIntake.ratings]],
  ] as const;
  for (const [name, what, functions] of logs)
    write(name, `Log of the ${what}`, functions.map(({ logGroup }) => logGroup.logGroupName).join(','));

  write(output.senderPolicy, "Attach it to the applications' roles", intake.senderPolicy.managedPolicyArn);
  write(
    output.readerPolicy,
    'For whoever looks: status, doctor, why, report',
    people.reader.managedPolicyArn,
  );
  write(output.raterPolicy, 'For whoever draws and uploads ratings', people.rater.managedPolicyArn);
  write(
    output.operatorPolicy,
    'For whoever runs the stage: redrive, incidents, rollback clear',
    people.operator.managedPolicyArn,
  );
  write(output.eraserPolicy, 'For whoever deletes what people sent: forget', people.eraser.managedPolicyArn);
  for (const severity of severities) {
    write(
      topicOutput(severity),
      `Notifications of severity ${severity}`,
      notifications.topic(severity).topicArn,
    );
  }
}

/** The console's host in the stack's partition: China, GovCloud and the sovereign clouds have their own. */
function consoleOf(stack: Stack): string {
  const hosts = new CfnMapping(stack, 'ConsoleHosts', {
    mapping: {
      aws: { host: 'console.aws.amazon.com' },
      'aws-cn': { host: 'console.amazonaws.cn' },
      'aws-us-gov': { host: 'console.amazonaws-us-gov.com' },
      'aws-eusc': { host: 'console.amazonaws-eusc.eu' },
      'aws-iso': { host: 'console.c2shome.ic.gov' },
      'aws-iso-b': { host: 'console.sc2shome.sgov.gov' },
    },
  });
  return hosts.findInMap(Aws.PARTITION, 'host');
}
