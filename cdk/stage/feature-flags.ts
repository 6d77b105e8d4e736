import { CURRENTLY_RECOMMENDED_FLAGS } from 'aws-cdk-lib/cx-api';

/**
 * CDK's behaviours that are chosen per project: those that the installed version, which is pinned, recommends. They
 * stand here and not in cdk.json, so that the template of `cdk synth`, of the tests and of the local run is the same.
 */
export const featureFlags: Readonly<Record<string, unknown>> = CURRENTLY_RECOMMENDED_FLAGS;
