import { Aws, RemovalPolicy } from 'aws-cdk-lib';
import { Effect, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { type CfnSubscription, Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';
import { isUrgent, type Severity, severities } from '#core/names.ts';

export interface NotificationsProps {
  readonly stage: string;
  readonly alarmEmail?: string | undefined;
}

/**
 * A topic per severity, so that each can go to another place: rollback to the pipeline, page to the pager, ticket to
 * the tracker, digest to a mailbox.
 */
export class Notifications extends Construct {
  readonly key: Key;
  readonly #topics: Readonly<Record<Severity, Topic>>;

  constructor(scope: Construct, id: string, { stage, alarmEmail }: NotificationsProps) {
    super(scope, id);
    const cloudWatch = new ServicePrincipal('cloudwatch.amazonaws.com');
    const ofThisAccount = { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } };

    // Not SNS's own key: its policy cannot be changed, and without these grants CloudWatch's publish fails silently.
    this.key = new Key(this, 'Key', {
      description: `Assay ${stage}: alarm notifications`,
      enableKeyRotation: true,
      // It protects messages on their way and nothing at rest: with its topics gone, nothing needs it.
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.key.addToResourcePolicy(
      new PolicyStatement({
        sid: 'CloudWatchAlarms',
        principals: [cloudWatch],
        actions: ['kms:Decrypt', 'kms:GenerateDataKey*'],
        // In a key's policy this is the key itself.
        resources: ['*'],
        conditions: ofThisAccount,
      }),
    );

    const createTopic = (severity: Severity) => {
      const topic = new Topic(this, `${severity[0]?.toUpperCase()}${severity.slice(1)}Topic`, {
        displayName: `Assay ${stage} ${severity}`,
        masterKey: this.key,
        enforceSSL: true,
      });
      // enforceSSL's Deny replaces SNS's default policy, and with it the owner account's allowance for alarms.
      topic.addToResourcePolicy(
        new PolicyStatement({
          sid: 'CloudWatchAlarms',
          effect: Effect.ALLOW,
          principals: [cloudWatch],
          actions: ['sns:Publish'],
          resources: [topic.topicArn],
          conditions: ofThisAccount,
        }),
      );
      if (alarmEmail !== undefined) {
        const { node } = topic.addSubscription(new EmailSubscription(alarmEmail));
        if (isUrgent(severity)) onlyAlarmsAndTheirEnds(node.defaultChild as CfnSubscription);
      }
      return [severity, topic] as const;
    };
    this.#topics = Object.fromEntries(severities.map(createTopic)) as Record<Severity, Topic>;
  }

  topic(severity: Severity): Topic {
    return this.#topics[severity];
  }
}

/**
 * Lets alarms through and the ends of alarms, and not the first "OK" of an alarm that is new. Topics of less urgent
 * severities are told of no end, and carry notices beside alarms.
 */
export const alarmsAndTheirEnds = {
  $or: [{ NewStateValue: ['ALARM'] }, { OldStateValue: ['ALARM'] }],
} as const;

function onlyAlarmsAndTheirEnds(subscription: CfnSubscription): void {
  subscription.filterPolicy = alarmsAndTheirEnds;
  subscription.filterPolicyScope = 'MessageBody';
}
