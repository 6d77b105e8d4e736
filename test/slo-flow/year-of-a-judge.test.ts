import { readFile, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createDynamo } from '#adapters/dynamodb/client.ts';
import { createJudgeLives } from '#adapters/dynamodb/judge-history.ts';
import { createRatingStore } from '#adapters/dynamodb/rating-store.ts';
import { createSeriesStore } from '#adapters/dynamodb/series-store.ts';
import { readStates } from '#adapters/dynamodb/surface-states.ts';
import { loadCatalogue } from '#adapters/files/catalogue-files.ts';
import { createJudgeClient } from '#adapters/openai/judge-client.ts';
import { readShutdownDate } from '#adapters/openai/shutdown-date.ts';
import type { Catalogue } from '#core/catalogue/catalogue.ts';
import { env, type Severity, severities } from '#core/names.ts';
import type { Rubric } from '#core/rubric/rubric.ts';
import { sloAlarmName } from '#core/slo/definition/alarm-name.ts';
import { createRandom } from '#core/statistics/random.ts';
import { day, hour, minute } from '#core/time.ts';
import { RetirementWatch } from '#lambdas/judge/retirement-watch.ts';
import type { StoredSlo, StoredSurface } from '#lambdas/slo-evaluator/slo-reading.ts';
import type { LiveSession } from '#local/session/session.ts';
import { assay } from '#test/support/assay.ts';
import { JudgedTraffic } from '#test/support/judged-traffic.ts';
import { makeProjectFolder, type ProjectFolder, rubricYaml } from '#test/support/project-folder.ts';
import { templatesOf } from '#test/support/templates.ts';

/*
 * A judge's year on three surfaces. Its provider announces in autumn that it goes. One surface keeps it to the end; of the others a new
 * version with another judge takes its place: bumped to a shadow, compared, promoted, each with the command, and deployed. One of the two
 * asks another question since. Then the true rate of all three falls from .945 to .72, against .92.
 */

const surfaces = ['keeping', 'replaced', 'changed'] as const;
type Surface = (typeof surfaces)[number];
const shutdown = '2026-12-11';
const announced = Date.parse(shutdown) - 45 * day;
const january = Date.parse('2026-01-05T00:00:00Z');
const rated = { from: announced - day, hours: 4 };
const shadowed = { from: announced + day, hours: 1 };
const promoted = { from: announced + 36 * hour, hours: 6 };
const dropsAfter = 3;
const perHour = 200;
const next = { skill: { sensitivity: 0.95, specificity: 0.8 }, returnedModel: 'another-judge' };

let project: ProjectFolder;
let session: LiveSession;
let dynamo: DynamoDBClient;
let traffic: JudgedTraffic;
let provider: Server;
/** What the project's files said at the last deployment. */
let catalogue: Catalogue;
const world = { dynamo: undefined as never, stack: undefined as never, catalogue: undefined as never };
/** States of alarms, by name. */
const alarms = new Map<string, string>();
/** What was told on the way. */
const told: Record<string, string> = {};
/** By surface and hour since the promotion, the severities whose alarms stand. */
const fired = new Map<Surface, Severity[][]>(surfaces.map((surface) => [surface, []]));

const run = () => join(project.root, 'run');
const operational = (name: string) => alarms.get(`assay-local-operations-${name}`);
const firstPage = (surface: Surface) =>
  fired.get(surface)?.findIndex((found) => found.includes('page')) ?? -1;

async function command(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await assay(project.root, ...args);
  if (code !== 0) throw new Error(`assay ${args.join(' ')} ended with ${code}: ${stderr}`);
  // Lines fit a terminal, wherever they break.
  return stdout.replaceAll(/\s+/g, ' ');
}

async function edit(file: string, from: string, to: string): Promise<void> {
  const text = await project.read(file);
  if (!text.includes(from)) throw new Error(`${file} does not say "${from}"`);
  await project.write(file, text.replace(from, to));
}

/** Deploys what the project's files say: the functions start anew, tables, queues and alarms stay. */
async function deploy(): Promise<void> {
  const reading = await loadCatalogue(project.root);
  if (!reading.ok) throw new Error(reading.faults.join('\n'));
  const isFirst = session === undefined;
  ({ catalogue } = reading);
  await session?.stop();
  dynamo?.destroy();
  vi.resetModules();
  const { openSession, startSession } = await import('#local/session/session.ts');
  const judge = { kind: 'recorded', file: join(project.root, 'another-judge.jsonl') } as const;
  const onError = () => undefined;
  if (isFirst) {
    const templates = await templatesOf(catalogue, 'local');
    session = await startSession({ folder: run(), catalogue, judge, synthesize: () => templates, onError });
  } else session = (await openSession(run(), onError, { catalogue: () => catalogue })) as LiveSession;
  dynamo = createDynamo();
  Object.assign(world, { dynamo, stack: session.stack, catalogue });
}

async function tick(at: number): Promise<void> {
  session.stack.clock.set(at);
  await session.stack.tick(at);
  for (const { alarm, to } of await session.stack.evaluateAlarms(at)) alarms.set(alarm, to);
}

function versionOf(surface: Surface, version: number): Rubric {
  const found = catalogue.rubrics.find((each) => each.id === `rubric-${surface}` && each.version === version);
  if (found === undefined) throw new Error(`no version ${version} of ${surface}`);
  return found;
}

/** An hour of a surface's traffic, judged by the version that is active. */
async function store(surface: Surface, from: number, quality: number, texts = false): Promise<void> {
  const isNew = catalogue.rubrics.some(
    ({ id, version, state }) => id === `rubric-${surface}` && version === 2 && state === 'active',
  );
  const rubric = versionOf(surface, isNew ? 2 : 1);
  await traffic.store({
    ...{ surface, rubric, from, to: from + hour, perHour, quality, texts },
    ...(isNew && next),
  });
}

async function stored(surface: Surface): Promise<StoredSlo> {
  const series = createSeriesStore(dynamo, process.env[env.seriesTable] ?? '');
  const states = readStates(await series.readControl())[surface] as StoredSurface | undefined;
  const found = states?.['judge-pass'];
  if (found === undefined) throw new Error(`nothing was stored of ${surface}`);
  return found;
}

/** The provider's own word of its models, as the judge function asks for it once a day. */
async function askProvider(now: number): Promise<void> {
  const url = `http://127.0.0.1:${(provider.address() as AddressInfo).port}/v1`;
  const client = createJudgeClient('a-key', { url });
  const watch = new RetirementWatch({
    judges: catalogue.judges ?? [],
    lives: createJudgeLives(dynamo, process.env[env.seriesTable] ?? ''),
    readShutdown: ({ deployment }) => readShutdownDate(client, deployment),
    warn: () => undefined,
  });
  await watch.look(now);
}

const quality = (surfaceHour: number) => (surfaceHour >= dropsAfter ? 0.72 : 0.945);

async function liveUntilAnnounced(): Promise<void> {
  for (let month = january; month < rated.from; month += 60 * day) await tick(month);
  for (let at = 0; at < rated.hours; at += 1) {
    const from = rated.from + at * hour;
    for (const surface of surfaces) await store(surface, from, 0.945, true);
    await tick(from + hour + 10 * minute);
  }
  const to = rated.from + rated.hours * hour;
  for (const surface of surfaces)
    await traffic.calibrate({ surface, rubric: versionOf(surface, 1), from: rated.from, to }, to + minute);
  await askProvider(to);
  await tick(to + 20 * minute);
  told.before = String(operational('judge-retires'));
  await tick(announced + minute);
  told.announced = String(operational('judge-retires'));
  told.status = await command('status', '--local', run());
}

async function replaceJudge(): Promise<void> {
  const random = createRandom('another judge');
  const { sensitivity, specificity } = next.skill;
  const scores = traffic.ids().map((responseId) => {
    const passes = random.chance(traffic.isGood(responseId) ? sensitivity : 1 - specificity);
    return JSON.stringify({ responseId, score: passes ? 5 : 2 });
  });
  await project.write('another-judge.jsonl', scores.join('\n'));
  for (const surface of ['replaced', 'changed']) {
    await command('rubric', 'bump', `rubric-${surface}`, '--shadow');
    await edit(`rubrics/rubric-${surface}/2.yaml`, 'model: judge-model', 'model: another-judge');
  }
  await edit('rubrics/rubric-changed/2.yaml', 'Does the answer help?', 'Does the answer help at all?');
  await command('rubric', 'check', '--write');
  await deploy();
  for (let at = 0; at < shadowed.hours; at += 1) {
    const window = { from: shadowed.from + at * hour, to: shadowed.from + (at + 1) * hour };
    for (const surface of surfaces) await store(surface, window.from, 0.945);
    for (const surface of ['replaced', 'changed'] as const)
      await traffic.judgeAgain({ surface, rubric: versionOf(surface, 2), ...window, ...next });
    await tick(window.to + 10 * minute);
  }
  told.shadows = await command('status', '--local', run());
  session.stack.poll();
  const versions = ['rubric-replaced@1', 'rubric-replaced@2'];
  told.compared = await command(
    ...['rubric', 'compare', ...versions, '--surface', 'replaced', '--yes', '--local', run()],
  );
  for (const surface of ['replaced', 'changed'] as const)
    told[surface] = await command('rubric', 'promote', `rubric-${surface}@2`, '--local', run());
  await deploy();
}

async function liveThroughDrop(): Promise<void> {
  for (let at = 0; at < promoted.hours; at += 1) {
    const from = promoted.from + at * hour;
    for (const surface of surfaces) await store(surface, from, quality(at));
    for (const wait of at < dropsAfter ? [10] : [10, 40]) await tick(from + hour + wait * minute);
    for (const surface of surfaces) {
      const slo = catalogue.surfaces.find((each) => each.surface === surface)?.slos[0];
      const standing = severities.filter(
        (severity) => slo !== undefined && alarms.get(sloAlarmName('local', slo, severity)) === 'ALARM',
      );
      fired.get(surface)?.push(standing);
    }
  }
}

beforeAll(async () => {
  provider = createServer((request, response) => {
    const isGoing = request.url?.endsWith('/judge-model');
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ object: 'model', shutdown_date: isGoing ? shutdown : null }));
  });
  await new Promise<void>((resolve) => provider.listen(0, '127.0.0.1', resolve));
  const judge = (name: string) => `  ${name}:
    model: ${name}
    provider: openai
    authorisation: { secret: openai }
    prices: { asOf: 2026-11-28, standard: { input: 0.25, cachedInput: 0.025, output: 2 } }
`;
  const surfaceYaml = (surface: string) =>
    JSON.stringify({
      ...{ surface, owner: 'a-team', tier: 2, sampleRate: 0.999_999, expectedPerDay: 20_000 },
      slos: { 'judge-pass': { window: '24h' } },
    });
  project = await makeProjectFolder({
    'slos/policy.yaml': await readFile(join(import.meta.dirname, '../../slos/policy.yaml'), 'utf8'),
    'slos/default.yaml': surfaceYaml('default'),
    'rubrics/helpfulness/1.yaml': rubricYaml(),
    'rubrics/judges.yaml': `judges:\n${judge('judge-model')}${judge('another-judge')}`,
    'another-judge.jsonl': '{"responseId":"none","score":1}',
    ...Object.fromEntries(
      surfaces.flatMap((surface) => [
        [`slos/${surface}.yaml`, surfaceYaml(surface)],
        [
          `rubrics/rubric-${surface}/1.yaml`,
          rubricYaml({ id: `rubric-${surface}`, surfaces: `[${surface}]` }),
        ],
      ]),
    ),
  });
  await command('rubric', 'check', '--write');
  traffic = new JudgedTraffic(world);
  await deploy();
  await liveUntilAnnounced();
  await replaceJudge();
  await liveThroughDrop();
}, 180_000);

afterAll(async () => {
  await session?.stop();
  dynamo?.destroy();
  provider?.close();
  if (project !== undefined) await rm(project.root, { recursive: true, force: true });
});

describe('a year in the life of a judge', () => {
  it('tells of its end 45 days ahead, with what it judges and what to do', () => {
    expect(told.before).toBe('OK');
    expect(told.announced).toBe('ALARM');
    expect(told.status).toContain(`shut down on ${shutdown}`);
    expect(told.status).toContain('npx assay rubric bump rubric-replaced');
  });

  it('is compared with its successor, which judges beside it', () => {
    expect(told.shadows).toMatch(/rubric-replaced@2 .*\(shadow\)/);
    expect(told.compared).toContain('carried from rubric-replaced@1: the question is the same');
    expect(told.replaced).toContain('rubric-replaced@2');
  });

  it('leaves its successor calibrated from the first hour, by what people said of it', async () => {
    const store = createRatingStore(dynamo, process.env[env.ratingTable] ?? '');
    const made = (await store.readCalibrations()).find(
      ({ surface, rubric }) => surface === 'replaced' && rubric.version === 2,
    );
    expect(made).toMatchObject({ state: 'valid', ratings: 200 });
    const { reading } = await stored('replaced');
    expect(reading.calibration.state).toBe('valid');
    expect(reading.calibration.reason).toContain('carried from rubric-replaced@1: the question is the same');
  });

  it('counts what its successor judged as a shadow, and nothing that it was asked for the comparison', async () => {
    const { reading } = await stored('replaced');
    expect(reading.raw.total).toBe((shadowed.hours + promoted.hours) * perHour);
  });

  it('pages under its successor of a true drop as soon as it would have itself, and not before', () => {
    const page = firstPage('keeping');
    expect(page).toBeGreaterThanOrEqual(dropsAfter);
    expect(firstPage('replaced')).toBeGreaterThanOrEqual(dropsAfter);
    expect(firstPage('replaced')).toBeLessThanOrEqual(page);
  });

  it('is carried to no version that asks another question, which holds at ticket and says so', async () => {
    expect(told.changed).toContain('question is another (description)');
    expect(firstPage('changed')).toBe(-1);
    expect(fired.get('changed')?.at(-1)).toContain('ticket');
    const { reading } = await stored('changed');
    expect(reading.calibration.state).toBe('invalid');
    expect(reading.calibration.reason).toContain('whose question is another (description)');
  });

  it('stays announced while a surface still asks it', () => {
    expect(operational('judge-retires')).toBe('ALARM');
  });
});
