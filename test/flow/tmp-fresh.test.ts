import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { paginateScan } from '@aws-sdk/client-dynamodb';
import { fromItem } from '#adapters/dynamodb/client.ts';
import { inParallel } from '#adapters/in-parallel.ts';
import { env } from '#core/names.ts';
import { judgeCostUsd } from '#core/cost/judge-cost.ts';
import { testCatalogue, testRubric } from '../support/catalogue.ts';
import { FlowStack } from '../support/flow-stack.ts';
import { verdictText } from '#local/judges/judge-server.ts';
it('fresh', async () => {
  let usd = 0; let calls = 0;
  const flow = await FlowStack.start({ catalogue: testCatalogue(), judge: (request) => {
    const text = verdictText(request, () => 4, 'It does.');
    usd += judgeCostUsd(testRubric().judge.prices, { inputTokens: Math.ceil(request.prompt.length / 4), cachedInputTokens: 0, outputTokens: Math.ceil(text.length / 4) });
    calls += 1; return { kind: 'text', text }; } });
  const at = Date.now();
  const ids = Array.from({ length: Number(process.env.N ?? 205) }, (_, i) => i);
  const outs: string[] = [];
  await inParallel(ids, 3, async (i) => {
    const { stdout } = await promisify(execFile)(process.execPath, ['/tmp/tenb-judge-child.mjs', JSON.stringify({ id: `r-${i}`, at })], { env: process.env });
    outs.push(stdout.trim());
  });
  const series = await flow.series();
  const spending = [...series].filter(([key]) => key.startsWith('spending'));
  const states = [...(await flow.judgements()).values()].flat().map(({ state }) => state);
  console.log({ calls, usd, spending: JSON.stringify(spending), failures: outs.filter((o) => !o.includes('[]')).length, judged: states.filter((s) => s === 'judged').length, all: states.length });
  await flow.close();
  expect(states.length).toBe(ids.length);
});
