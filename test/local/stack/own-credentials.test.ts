import { afterEach, expect, it, vi } from 'vitest';
import type { Catalogue } from '#core/catalogue/catalogue.ts';
import { useEnvironment } from '#local/stack/local-environment.ts';
import { testCatalogue, testRubric } from '#test/support/catalogue.ts';
import { testJudge } from '#test/support/judges.ts';

afterEach(() => vi.unstubAllEnvs());

const asking = (judge: object): Catalogue =>
  testCatalogue({ rubrics: [testRubric()], judges: [testJudge('judge-model', { ...judge })] });
const byRole = asking({ provider: 'bedrock', region: 'eu-central-1' });

it.each<[string, string, Catalogue | undefined, string, string]>([
  ['a judge by role that is really asked', 'AKIAOWN', byRole, '', 'AKIAOWN'],
  ['a profile', '', byRole, 'work', ''],
  ['a judge with a key', 'AKIAOWN', asking({}), '', 'local'],
  ['a judge that is simulated', 'AKIAOWN', undefined, '', 'local'],
  ['a shell without credentials', '', byRole, '', 'local'],
])('keeps the credentials of the shell where a judge needs them: %s', (_, key, asked, profile, left) => {
  for (const [name, value] of [
    ['AWS_ACCESS_KEY_ID', key],
    ['AWS_PROFILE', profile],
    ['AWS_SECRET_ACCESS_KEY', ''],
    ['AWS_REGION', ''],
    ['POWERTOOLS_LOG_LEVEL', ''],
  ] as const)
    vi.stubEnv(name, value);
  useEnvironment({} as Parameters<typeof useEnvironment>[0], {}, asked);
  expect(process.env.AWS_ACCESS_KEY_ID).toBe(left);
});
