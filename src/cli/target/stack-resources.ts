import { describeStack } from '#adapters/cloudformation/stack.ts';
import { output } from '#core/names.ts';
import { CliError } from '../terminal/cli-error.ts';
import { oneLine } from '../terminal/text.ts';
import type { QueueUrls } from './queues.ts';
import { requireStackName } from './stack-names.ts';

export interface TableNames {
  readonly judgements: string;
  readonly ratings: string;
  readonly series: string;
}

/** What a deployed stack is made of, by its own outputs: no account is searched for names. */
export interface StackResources {
  readonly stage: string;
  readonly tables: TableNames;
  readonly queues: QueueUrls;
  readonly ratingBucket: string;
  /** Undefined where no judge needs a key. */
  readonly judgeSecret: string | undefined;
  /** The shell command that fills the secret. */
  readonly judgeKeyCommand: string;
}

/** Outputs without which no command can work. */
const wantedOutputs = [
  output.stage,
  output.responseQueueUrl,
  output.responseDlqUrl,
  output.rejectedQueueUrl,
  output.judgeQueueUrl,
  output.judgeDlqUrl,
  output.ratingDlqUrl,
  output.judgementTable,
  output.seriesTable,
  output.ratingTable,
  output.ratingBucket,
] as const;

type Outputs = Readonly<Record<string, string>>;

/** The wanted outputs that are not there. */
export function lackingOutputs(outputs: Outputs): string[] {
  return wantedOutputs.filter((name) => (outputs[name] ?? '') === '');
}

/** What to do about outputs that are not there. */
export const redeploy =
  'Deploy this version once ("npx cdk deploy -c stage=…"), which adds them and changes no data; or see whether it is an Assay stack';

/** The resources that a stack's outputs name. @param outputs without any that lacks */
export function readResources(outputs: Outputs): StackResources {
  const read = (name: (typeof wantedOutputs)[number]) => outputs[name] ?? '';
  return {
    stage: read(output.stage),
    tables: {
      judgements: read(output.judgementTable),
      ratings: read(output.ratingTable),
      series: read(output.seriesTable),
    },
    queues: {
      IntakeResponseQueue: read(output.responseQueueUrl),
      IntakeResponseDlq: read(output.responseDlqUrl),
      IntakeRejectedQueue: read(output.rejectedQueueUrl),
      JudgeQueue: read(output.judgeQueueUrl),
      JudgeQueueJudgeDlq: read(output.judgeDlqUrl),
      RatingIntakeRatingDlq: read(output.ratingDlqUrl),
    },
    ratingBucket: read(output.ratingBucket),
    judgeSecret: outputs[output.judgeSecretArn] || undefined,
    judgeKeyCommand:
      outputs[output.judgeKeyCommand] ?? `fill the secret of the output ${output.judgeSecretArn}`,
  };
}

/** By name: a stack is described once in a process. */
const readings = new Map<string, Promise<StackResources>>();

/** The resources of a deployed stack. @throws CliError where it cannot be described, or was deployed without its outputs */
export function requireStackResources(stack: string): Promise<StackResources> {
  const last = readings.get(stack);
  if (last !== undefined) return last;
  const reading = describeResources(stack);
  readings.set(stack, reading);
  return reading;
}

async function describeResources(stack: string): Promise<StackResources> {
  const reading = await describeStack(requireStackName(stack));
  if (!reading.ok)
    throw new CliError(
      `AWS could not be asked about the stack "${stack}": ${oneLine(reading.reason, 300)}. Are credentials and AWS_REGION of its account set, and is it the name of an Assay stack there?`,
    );
  const lacking = lackingOutputs(reading.outputs);
  if (lacking.length > 0)
    throw new CliError(
      `The stack "${stack}" (${reading.status}) lacks the outputs ${lacking.join(', ')}. ${redeploy}.`,
    );
  return readResources(reading.outputs);
}
