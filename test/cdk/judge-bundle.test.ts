import { build } from 'esbuild';
import { expect, it } from 'vitest';
import { bedrockModule } from '#cdk/pipeline/judging.ts';

it("brings Bedrock's clients along where a judge is asked by role, and nowhere else", async () => {
  const modulesOf = async (external: string[]) => {
    const { metafile } = await build({
      entryPoints: ['lambdas/judge/handler.ts'],
      bundle: true,
      platform: 'node',
      format: 'esm',
      mainFields: ['module', 'main'],
      metafile: true,
      write: false,
      external,
    });
    return Object.keys(metafile.inputs).join('\n');
  };
  const bedrock = /client-bedrock-runtime|bedrock-token-generator/;
  expect(await modulesOf([])).toMatch(bedrock);
  expect(await modulesOf([bedrockModule])).not.toMatch(bedrock);
});
