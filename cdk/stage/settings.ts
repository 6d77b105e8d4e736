import { mostShares } from '#core/share.ts';
import { shippedThroughput, type Throughput, throughputBounds } from '#core/throughput.ts';
import { ContextFlags } from './context-flags.ts';

/**
 * What a deployment may choose on the command line: `npx cdk deploy -c stage=prod -c alarmEmail=team@example.com`.
 * docs/deploying.md has them in one table.
 */
export interface Settings {
  /** Keeps several deployments in one account apart: part of the stack's, the alarms' and the metrics' names. */
  readonly stage: string;
  /** Subscribed to every severity's topic. */
  readonly alarmEmail?: string | undefined;
  /** Base address of an OpenAI-compatible API. */
  /** Whether tables and the judge's key outlive the stack. The ratings bucket always does. */
  readonly retain: boolean;
  /** Whether DynamoDB refuses to delete the tables; a creation that fails could not take them back either. */
  readonly deletionProtection: boolean;
  readonly terminationProtection: boolean;
  /** Where alone the stage may be deployed; wherever the credentials point unless told. */
  readonly pin?: { readonly account: string; readonly region: string } | undefined;
  readonly tags: Readonly<Record<string, string>>;
  readonly throughput: Throughput;
  /** Evaluator functions, each with its share of the surfaces. */
  readonly evaluators: number;
  readonly tracing: boolean;
  /** ARN of a customer-managed key for tables, bucket, queues, logs and the judge's key. */
  readonly keyArn?: string | undefined;
  readonly network?: Network | undefined;
  /** Accounts and organisations that may send beside this account's own roles. */
  readonly senders: readonly string[];
  /** Tables that exist, restored ones for example, in the place of new ones. */
  readonly tables?: AdoptedTables | undefined;
}

/** The VPC that the functions are put into. */
export interface Network {
  readonly vpcId: string;
  readonly subnetIds: readonly string[];
  /** One that lets HTTPS out is made where there are none. */
  readonly securityGroupIds: readonly string[];
}

/** Names of tables. */
export interface AdoptedTables {
  readonly judgements: string;
  readonly series: string;
  readonly ratings: string;
}

export type SettingsReading =
  | { readonly ok: true; readonly settings: Settings }
  | { readonly ok: false; readonly faults: readonly string[] };

export const defaultStage = 'dev';

/** No hyphens: `assay-a-b-…` would be stage "a" with surface "b-…" and stage "a-b" alike. */
const stageForm = /^[a-z][a-z0-9]{0,15}$/;
const emailForm = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;
const keyForm = /^arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key\/[A-Za-z0-9-]+$/;
const tagForm = /^(?!aws:)[\w .:/+@-]{1,128}=[\w .:/+=@-]{0,256}$/;
const tableForm = /^[A-Za-z0-9_.-]{3,255}$/;

/**
 * Reads and checks the context flags.
 *
 * @param flag gives a context value by name, undefined where it is absent
 */
export function readSettings(flag: (name: string) => unknown): SettingsReading {
  const flags = new ContextFlags(flag);
  const stage =
    flags.text('stage', stageForm, 'a lower-case letter, then letters and digits, at most 16 in all') ??
    defaultStage;
  const alarmEmail = flags.text('alarmEmail', emailForm, 'an e-mail address such as team@example.com');
  flags.refuse(
    'judgeUrl',
    'each judge has a place of its own; write the address in rubrics/judges.yaml, such as provider: compatible, url: https://HOST/v1',
  );
  const retain = flags.either('retain', retainsData(stage));
  const settings: Settings = {
    stage,
    alarmEmail,
    retain,
    deletionProtection: flags.either('deletionProtection', false),
    terminationProtection: flags.either('terminationProtection', retain),
    pin: readPin(flags),
    tags: readTags(flags, stage),
    throughput: readThroughput(flags),
    evaluators: flags.whole('evaluators', [1, mostShares], 1),
    tracing: flags.either('tracing', false, ['on', 'off']),
    keyArn: flags.text(
      'keyArn',
      keyForm,
      'the ARN of a KMS key such as arn:aws:kms:eu-central-1:111122223333:key/1234abcd-…',
    ),
    network: readNetwork(flags),
    senders: flags.list(
      'senders',
      /^(\d{12}|o-[a-z0-9]{10,32})$/,
      'account numbers of 12 digits or organisations such as o-a1b2c3d4e5, commas between them',
    ),
    tables: readTables(flags),
  };
  return flags.faults.length > 0 ? { ok: false, faults: flags.faults } : { ok: true, settings };
}

/** Settings of a stage with nothing chosen. @throws Error saying what a stage's name must look like */
export function settingsOf(stage: string, chosen: Readonly<Record<string, string>> = {}): Settings {
  const reading = readSettings((name) => (name === 'stage' ? stage : chosen[name]));
  if (!reading.ok) throw new Error(reading.faults.join('; '));
  return reading.settings;
}

/** What is allowed and yet worth a second look. */
export function settingsWarnings({ stage, retain, pin }: Settings): string[] {
  if (!retain || pin !== undefined) return [];
  return [
    `stage ${stage} keeps its data and goes wherever your credentials point; pin it with -c account=111122223333 -c region=eu-central-1`,
  ];
}

export function stackName(stage: string): string {
  return `assay-${stage}`;
}

/** Stages that serve people in earnest; others may be thrown away with their stack. */
function retainsData(stage: string): boolean {
  return /^(prod|live|main)/.test(stage);
}

function readPin(flags: ContextFlags): Settings['pin'] {
  const account = flags.text('account', /^\d{12}$/, 'an account number of 12 digits');
  const region = flags.text('region', /^[a-z]{2}(-[a-z]+)+-\d$/, 'a region such as eu-central-1');
  if (account !== undefined && region !== undefined) return { account, region };
  if (account !== undefined) flags.fault('region', 'a region beside -c account', '');
  if (region !== undefined) flags.fault('account', 'an account beside -c region', '');
  return undefined;
}

function readTags(flags: ContextFlags, stage: string): Readonly<Record<string, string>> {
  const chosen = flags.list('tags', tagForm, 'key=value pairs, commas between them, no key that begins aws:');
  const pairs = chosen.map((pair) => {
    const at = pair.indexOf('=');
    return [pair.slice(0, at), pair.slice(at + 1)] as const;
  });
  // What a cost report is grouped by, once it is activated there.
  return { 'assay-stage': stage, ...Object.fromEntries(pairs) };
}

function readThroughput(flags: ContextFlags): Throughput {
  const read = (name: keyof Throughput) => flags.whole(name, throughputBounds[name], shippedThroughput[name]);
  return {
    judgeConcurrency: read('judgeConcurrency'),
    judgeBatch: read('judgeBatch'),
    samplerConcurrency: read('samplerConcurrency'),
    samplerBatch: read('samplerBatch'),
    samplerWindow: read('samplerWindow'),
  };
}

function readNetwork(flags: ContextFlags): Network | undefined {
  const vpcId = flags.text('vpcId', /^vpc-[0-9a-f]{8,17}$/, 'the id of a VPC such as vpc-0123456789abcdef0');
  const subnetIds = flags.list('subnetIds', /^subnet-[0-9a-f]{8,17}$/, 'ids of subnets, commas between them');
  const securityGroupIds = flags.list(
    'securityGroupIds',
    /^sg-[0-9a-f]{8,17}$/,
    'ids of security groups, commas between them',
  );
  if (vpcId === undefined && subnetIds.length === 0 && securityGroupIds.length === 0) return undefined;
  if (vpcId === undefined) flags.fault('vpcId', 'the VPC of the subnets and security groups', '');
  if (subnetIds.length === 0) flags.fault('subnetIds', 'at least one private subnet of the VPC', '');
  return vpcId === undefined ? undefined : { vpcId, subnetIds, securityGroupIds };
}

function readTables(flags: ContextFlags): AdoptedTables | undefined {
  const name = (flag: string) => flags.text(flag, tableForm, 'the name of a table');
  const judgements = name('judgementTable');
  const series = name('seriesTable');
  const ratings = name('ratingTable');
  if (judgements === undefined && series === undefined && ratings === undefined) return undefined;
  if (judgements !== undefined && series !== undefined && ratings !== undefined)
    return { judgements, series, ratings };
  const lacking = Object.entries({ judgementTable: judgements, seriesTable: series, ratingTable: ratings })
    .filter(([, value]) => value === undefined)
    .map(([flag]) => flag);
  for (const flag of lacking)
    flags.fault(flag, 'the name of a table beside the others: the three belong together', '');
  return undefined;
}
