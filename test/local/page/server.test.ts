import { request } from 'node:http';
import { SetAlarmStateCommand } from '@aws-sdk/client-cloudwatch';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createCloudWatch } from '#adapters/cloudwatch/publish-metrics.ts';
import { day } from '#core/time.ts';
import type { PageState, SeriesView, VerdictsView } from '#local/page/page-state.ts';
import { type LocalPage, startLocalPage } from '#local/page/server.ts';
import { type PageWorld, startPageWorld } from '../../support/page-world.ts';
import { badRelease, historyEnd, hostile, incidentAt } from '../../support/sample-history.ts';

let world: PageWorld;
let page: LocalPage;

beforeAll(async () => {
  world = await startPageWorld();
  const { catalogue, stage, now } = world;
  page = await startLocalPage({
    catalogue,
    stage,
    judge: 'recorded',
    clock: now,
    progress: () => ({ sent: 7, total: 9 }),
  });
});

afterAll(async () => {
  await page?.close();
  await world?.close();
});

/** A request with headers that fetch would not let us set. */
function ask(
  path: string,
  options: { method?: string; headers?: Record<string, string> } = {},
): Promise<{ status: number; headers: NodeJS.Dict<string | string[]>; body: string }> {
  return new Promise((resolve, reject) => {
    const call = request(
      new URL(path, page.url),
      { method: options.method ?? 'GET', headers: options.headers ?? {} },
      (response) => {
        let body = '';
        response.setEncoding('utf8');
        response.on('data', (part: string) => {
          body += part;
        });
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body }),
        );
      },
    );
    call.on('error', reject);
    call.end();
  });
}

async function read<T>(path: string): Promise<T> {
  const { status, body } = await ask(path);
  expect(status, body).toBe(200);
  return JSON.parse(body) as T;
}

describe('who may read the page', () => {
  it('listens on loopback alone', () => {
    expect(page.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/);
  });

  it.each(['evil.example', '127.0.0.1.evil.example', 'localhost.evil.example:80', '10.0.0.7'])(
    'refuses a request for the host %s',
    async (host) => {
      expect((await ask('/api/state', { headers: { host } })).status).toBe(403);
      expect((await ask('/', { headers: { host } })).status).toBe(403);
    },
  );

  it.each(['localhost', '[::1]', '127.0.0.1:8080'])('takes the host %s', async (host) => {
    expect((await ask('/', { headers: { host } })).status).toBe(200);
  });

  it.each(['POST', 'PUT', 'DELETE', 'OPTIONS'])('refuses %s', async (method) => {
    expect((await ask('/api/state', { method })).status).toBe(405);
  });

  it('refuses every origin but its own', async () => {
    for (const origin of ['https://evil.example', 'null', 'http://127.0.0.1:1', 'http://localhost'])
      expect((await ask('/api/state', { headers: { origin } })).status, origin).toBe(403);
    expect((await ask('/main.js', { headers: { origin: new URL(page.url).origin } })).status).toBe(200);
  });

  it('refuses what another site asks for, and lets people follow a link', async () => {
    const from = (mode: string) => ({ headers: { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': mode } });
    expect((await ask('/api/state', from('no-cors'))).status).toBe(403);
    expect((await ask('/', from('navigate'))).status).toBe(200);
  });

  it('sends a policy under which nothing inline and nothing foreign runs', async () => {
    for (const path of ['/', '/api/state', '/nothing']) {
      const { headers } = await ask(path);
      expect(headers['content-security-policy']).toContain("default-src 'none'");
      expect(headers['content-security-policy']).not.toContain('unsafe');
      expect(headers['x-content-type-options']).toBe('nosniff');
    }
  });

  it('serves its own files and none of the disk', async () => {
    expect((await ask('/main.js')).headers['content-type']).toContain('javascript');
    expect((await ask('/vendor/uplot.js')).status).toBe(200);
    for (const path of [
      '/../server.ts',
      '/%2e%2e/server.ts',
      '/vendor/../server.ts',
      '/main.js/../../package.json',
      '/server.ts',
    ])
      expect((await ask(path)).status, path).toBe(404);
  });
});

describe('the state', () => {
  it('holds health, alarms and their reasons as CloudWatch and the evaluator have them', async () => {
    const state = await read<PageState>('/api/state');
    expect(state).toMatchObject({
      judge: 'recorded',
      clock: historyEnd,
      tick: historyEnd,
      progress: { sent: 7, total: 9 },
    });
    expect(state.headline.sentence).toBe('Breaking: quality on Streaming chat.');
    const healths = Object.fromEntries(state.slos.map(({ name, health }) => [name, health]));
    expect(healths).toMatchObject({
      'chat/judge-pass': 'breaking',
      'chat/accepted': 'watch',
      'chat/request-cost': 'watch',
      'chat/first-token': 'healthy',
      'chat/availability': 'healthy',
      'chat/refusals': 'unmeasured',
    });
    const [first] = state.alarms;
    expect(first).toMatchObject({
      state: 'ALARM',
      severity: 'page',
      slo: 'chat/judge-pass',
      since: historyEnd,
      owner: 'chat-platform',
    });
    expect(first?.reason).toMatch(/^One answer in five was bad .*\nPage: 212 of 1,040/);
    expect(first?.runbook).toMatch(/^\/runbook#[\w-]+$/);
    expect(state.alarms.filter(({ state: each }) => each === 'ALARM')).toHaveLength(3);
  });

  it('names alarms that watch no objective as people would, and begins their reasons with a plain sentence', async () => {
    const cloudwatch = createCloudWatch();
    const AlarmName = `assay-${world.stage}-operations-judge-dlq`;
    const set = (StateValue: 'ALARM' | 'OK') =>
      cloudwatch.send(new SetAlarmStateCommand({ AlarmName, StateValue, StateReason: '3 of 1' }));
    await set('ALARM');
    // One that has looked at nothing yet.
    const { catalogue, stage, now } = world;
    const fresh = await startLocalPage({
      catalogue,
      stage,
      judge: 'recorded',
      clock: now,
      progress: () => ({ sent: 7, total: 9 }),
    });
    const { alarms } = (await (await fetch(new URL('/api/state', fresh.url))).json()) as PageState;
    await fresh.close();
    await set('OK');
    cloudwatch.destroy();
    expect(alarms.find(({ name }) => name === AlarmName)).toMatchObject({
      title: 'judgements given up',
      surfaceTitle: null,
      reason:
        'Sampled answers lie without a verdict, their tries spent, until somebody sends them back to the judge.\n3 of 1',
      runbook: '/runbook#judge-dlq',
    });
    expect(
      alarms.filter(({ slo, title, name }) => slo === null && (title === name || /dlq/.test(title))),
    ).toEqual([]);
    expect(alarms.find(({ name }) => name.endsWith('-chat-unjudged'))?.surfaceTitle).toBe('Streaming chat');
  });

  it('counts the records of 30 days from the roll-ups and the queues', async () => {
    const { flow } = await read<PageState>('/api/state');
    expect(flow.responses).toBe(30 * 198_000);
    expect(flow.received).toBe(30 * (198_000 + 13_800) + 3);
    expect(flow).toMatchObject({
      sampled: 30 * 9_870,
      judged: 30 * 9_840,
      unjudgeable: 30 * 22,
      dlq: 30,
      rejected: 3,
      shed: 0,
    });
    expect(flow.waiting).toEqual({ judge: 0, dlq: 0, rejected: 3 });
    expect(flow.told).toEqual([
      expect.stringMatching(/^Rejected: form 3\. .*npx assay redrive rejected/),
      expect.stringMatching(
        /^1 unjudgeable: refused by policy \(400, content_filter\)\. First: resp-refused\. Nothing follows it/,
      ),
    ]);
  });

  it('knows the calibration and what the judge cost', async () => {
    const { calibrations, spend } = await read<PageState>('/api/state');
    expect(calibrations).toHaveLength(1);
    expect(calibrations[0]).toMatchObject({
      state: 'valid',
      ratings: 240,
      kappa: 0.74,
      rate: { value: 0.951 },
    });
    expect(spend).toMatchObject({ day: '2026-11-20', reservedUsd: 7.4, capUsd: 25, calls: 24 * 410 });
    expect(spend.callsUsd).toBeCloseTo(24 * 410 * 0.00059, 1);
  });

  it('is read once however many ask at once', async () => {
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    const before = world.cloudwatchCalls().DescribeAlarms ?? 0;
    const began = performance.now();
    await Promise.all(Array.from({ length: 20 }, () => ask('/api/state')));
    const seconds = Math.floor((performance.now() - began) / 1_000);
    expect((world.cloudwatchCalls().DescribeAlarms ?? 0) - before).toBeLessThanOrEqual(1 + seconds);
  });
});

describe('the series', () => {
  it('is the line of 30 days with objective, interval, burn, pressures and marks', async () => {
    const [series] = await read<SeriesView[]>('/api/series?slo=chat/judge-pass');
    expect(series?.objective).toBe(0.92);
    expect(series?.times.length).toBeGreaterThan(100);
    expect(series?.times.length).toBeLessThanOrEqual(400);
    for (const line of [
      series?.sli,
      series?.raw,
      series?.lower,
      series?.upper,
      series?.burn,
      series?.pressure.page,
    ])
      expect(line).toHaveLength(series?.times.length ?? 0);
    expect(series?.pressure.page?.at(-1)).toBe(1.4);
    expect(series?.sli[0]).toBeGreaterThan(0.92);
    expect(series?.sli.at(-1)).toBeLessThan(0.92);
    expect(series?.marks).toEqual([
      { at: incidentAt, kind: 'incident', text: 'incident of primary' },
      { at: historyEnd - 2 * day, kind: 'calibration', text: 'checked by people' },
      { at: badRelease, kind: 'release', text: 'release 2026.11.2' },
    ]);
    const [counted] = await read<SeriesView[]>('/api/series?slo=chat/first-token');
    expect(counted?.marks.map(({ kind }) => kind)).toEqual(['incident', 'release']);
  });

  it('answers several SLOs in one call, and the last day in finer steps', async () => {
    const many = await read<SeriesView[]>('/api/series?slo=chat/first-token&slo=chat/availability&only=sli');
    expect(many.map(({ slo }) => slo)).toEqual(['chat/first-token', 'chat/availability']);
    expect(many[0]?.burn.every((value) => value === null)).toBe(true);
    const [day] = await read<SeriesView[]>('/api/series?slo=chat/first-token&days=1');
    const [from = 0, next = 0] = day?.times ?? [];
    expect(from).toBeGreaterThanOrEqual(historyEnd - 86_400_000);
    expect(next - from).toBe(600_000);
  });

  it('says what it wanted of a request that it cannot answer', async () => {
    expect(await ask('/api/series?slo=chat/nothing')).toMatchObject({
      status: 404,
      body: '{"message":"there is no SLO \\"chat/nothing\\"; /api/state lists them"}',
    });
    expect((await ask('/api/verdicts')).status).toBe(400);
  });
});

describe('the worst verdicts', () => {
  it('come with reasons and texts, the lowest score first and the newest of equals first', async () => {
    const view = await read<VerdictsView>('/api/verdicts?slo=chat/judge-pass');
    expect(view).toMatchObject({ judged: 41, failed: 31, rubric: 'helpfulness@2', passMark: 4 });
    expect(view.verdicts).toHaveLength(12);
    const scores = view.verdicts.map(({ score }) => score);
    expect(scores).toEqual([...scores].sort());
    expect(view.verdicts[0]).toMatchObject({
      responseId: 'resp-<b>hostile',
      score: 1,
      pass: false,
      release: '2026.11.2',
    });
    expect(view.verdicts[0]?.criteria[0]?.reason).toBe(hostile.reason);
    expect(view.verdicts[0]?.texts?.response).toBe(hostile.answer);
    expect(view.verdicts[0]?.texts?.messages[0]?.content).toBe(hostile.question);
  });

  it('are empty for a surface on which nothing was judged', async () => {
    expect(await read<VerdictsView>('/api/verdicts?slo=default/judge-pass')).toMatchObject({
      judged: 0,
      verdicts: [],
    });
  });
});
