import type { Catalogue } from '#core/catalogue/catalogue.ts';
import { judgesInUse } from '#core/judges/find-judge.ts';
import { env } from '#core/names.ts';
import type { AwsEndpoints } from '../servers/embedded-aws.ts';

/**
 * Sets this process's environment as Lambda would.
 *
 * @param asked the catalogue whose judges are really asked: those by role want the credentials that are there
 */
export function useEnvironment(
  endpoints: AwsEndpoints,
  environment: Readonly<Record<string, string>>,
  asked?: Catalogue,
): void {
  const signs =
    holdsCredentials(process.env) &&
    asked !== undefined &&
    judgesInUse(asked).some(({ authorisation }) => authorisation === 'role');
  const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, ...settings } = localCredentials;
  const keys = signs ? {} : { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY };
  Object.assign(process.env, endpoints, settings, keys, environment);
}

/** Whether the shell names credentials of its own. */
function holdsCredentials({
  AWS_ACCESS_KEY_ID,
  AWS_PROFILE,
  AWS_WEB_IDENTITY_TOKEN_FILE,
}: NodeJS.ProcessEnv) {
  return [AWS_ACCESS_KEY_ID, AWS_PROFILE, AWS_WEB_IDENTITY_TOKEN_FILE].some((each) => (each ?? '') !== '');
}

/** The SDK wants credentials even where nobody checks them. */
const localCredentials = {
  AWS_REGION: 'us-east-1',
  AWS_ACCESS_KEY_ID: 'local',
  AWS_SECRET_ACCESS_KEY: 'local',
  POWERTOOLS_LOG_LEVEL: 'SILENT',
  [env.unsigned]: '1',
};
