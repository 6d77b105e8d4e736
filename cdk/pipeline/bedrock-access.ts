import { Aws, Token } from 'aws-cdk-lib';
import type { Judge } from '#core/judges/judge.ts';
import type { WideGrant } from '../functions/assay-function.ts';

/** What a role may do. */
export interface BedrockGrant extends WideGrant {
  /** Where the resource holds a wildcard: why it must. */
  readonly why?: string;
}

/**
 * What asking the judges of Bedrock by role takes: calls of their models and nothing else. A profile's models may be called in
 * any region that it leads to, and through it alone.
 */
export function bedrockGrants(judges: readonly Judge[]): readonly BedrockGrant[] {
  const byRole = judges.filter(({ authorisation }) => authorisation === 'role');
  const grants = byRole.flatMap(grantsOf);
  if (byRole.some(({ api }) => api === 'chat-completions'))
    grants.push({
      actions: ['bedrock:CallWithBearerToken'],
      resource: '*',
      why: 'bedrock:CallWithBearerToken knows no resources; what a token may call is granted by model.',
    });
  return [...new Map(grants.map((grant) => [JSON.stringify(grant), grant])).values()];
}

function grantsOf(judge: Judge): BedrockGrant[] {
  const { deployment } = judge;
  if (!deployment.startsWith('arn:')) {
    const profiled = profiledModel(deployment);
    if (profiled === undefined) return [invoke(modelArn(judge.region ?? Aws.REGION, deployment))];
    const where = `${judge.region ?? Aws.REGION}:${Aws.ACCOUNT_ID}`;
    return throughProfile(`arn:${Aws.PARTITION}:bedrock:${where}:inference-profile/${deployment}`, profiled);
  }
  const [kind = '', id = ''] = deployment.split(':').slice(5).join(':').split('/');
  if (kind === 'inference-profile') return throughProfile(deployment, profiledModel(id) ?? id);
  // What stands behind one of the account's own is not in its name.
  if (kind === 'application-inference-profile') return throughProfile(deployment, '*');
  return [invoke(deployment)];
}

/** Of a profile across regions: a geography before the provider's and the model's name. */
const profileId = /^(?:us|us-gov|eu|apac|au|jp|ca|sa|me|af|il|global)\.([a-z0-9-]+\..+)$/;

function profiledModel(id: string): string | undefined {
  return profileId.exec(id)?.[1];
}

function throughProfile(profile: string, model: string): BedrockGrant[] {
  const why =
    'A profile leads to regions that AWS chooses; the statement holds for calls through this profile alone.';
  const conditions = { StringEquals: { 'bedrock:InferenceProfileArn': profile } };
  return [invoke(profile), { ...invoke(modelArn('*', model)), conditions, why }];
}

function modelArn(region: string, model: string): string {
  return `arn:${Aws.PARTITION}:bedrock:${region}::foundation-model/${model}`;
}

function invoke(resource: string): BedrockGrant {
  return { actions: ['bedrock:InvokeModel'], resource };
}

/** A resource as cdk-nag names it in a finding. */
export function shownInChecks(resource: string): string {
  return resource.replace(Token.asString(Aws.PARTITION), '<AWS::Partition>');
}
