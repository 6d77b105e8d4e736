import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createAnchorStore } from '#adapters/dynamodb/anchor-store.ts';
import { toItem } from '#adapters/dynamodb/client.ts';
import { stampCalibrations } from '#adapters/dynamodb/counter-store.ts';
import { createJudgementStore } from '#adapters/dynamodb/judgement-store.ts';
import { packJson } from '#adapters/dynamodb/packed-json.ts';
import { readAnchorProgress } from '#adapters/dynamodb/series-store.ts';
import { readStates } from '#adapters/dynamodb/surface-states.ts';
import { inParallel } from '#adapters/in-parallel.ts';
import { startRecord } from '#core/anchors/anchor-evidence.ts';
import {
  type AnchorProgress,
  dropAnchors,
  startAnchorProgress,
  takeRefill,
} from '#core/anchors/anchor-progress.ts';
import { anchorSetSize } from '#core/anchors/anchor-set.ts';
import type { Calibration } from '#core/calibration/calibration.ts';
import { type Catalogue, calibratedRubrics } from '#core/catalogue/catalogue.ts';
import { judgeFingerprint, presentJudgeName } from '#core/judging/judgement.ts';
import { metric } from '#core/names.ts';
import { evaluatedUpTo, tickKey } from '#core/series/control.ts';
import { shareOf } from '#core/share.ts';
import { day, hour, minute } from '#core/time.ts';
import { AnchorSets } from '#lambdas/slo-evaluator/anchor-sets.ts';
import { createEvaluatorStores } from '#lambdas/slo-evaluator/evaluator-stores.ts';
import { type EvaluatorWorld, makeEvaluatorWorld } from '../support/evaluator-world.ts';
import { endJudgement, judgedVerdict, judgeTask } from '../support/judgements.ts';
import { healthyRecord } from '../support/records.ts';
import { catalogueOf } from '../support/shipped.ts';
import { type ProxiedTables, startTables } from '../support/tables.ts';

/** Several evaluators of one stage, and one that cannot hold all of its surfaces: what they find is what one finds. */

const start = Date.parse('2026-11-10T12:00:00Z');
const falls = start + hour;
/** Beside them there is `default`. */
const names = ['s0', 's1', 's3'];
/** One of each of two shares. */
const bad = [1, 2].map((share) => names.find((name) => shareOf(name, 2) === share) ?? '');

let tables: ProxiedTables;
let dynamo: DynamoDBClient;
let catalogue: Catalogue;

beforeAll(async () => {
  tables = await startTables([]);
  ({ dynamo } = tables);
  const slos = { 'first-token': 'on', availability: 'on' } as const;
  catalogue = await catalogueOf(names.map((surface) => ({ surface, slos })));
});

afterAll(() => tables.close());

/** A world in which two surfaces fall at `falls`. */
async function makeWorld(name: string): Promise<EvaluatorWorld> {
  const world = await makeEvaluatorWorld(dynamo, catalogue, name);
  for (const surface of names) {
    const good = healthyRecord('good', start, { surface });
    const late = healthyRecord('late', start, { surface, timing: { ttftMs: 9_000, totalMs: 9_500 } });
    const to = falls + 20 * minute;
    await world.count(surface, [good], { from: start, to: falls, copies: 200 });
    await world.count(surface, [bad.includes(surface) ? late : good], { from: falls, to, copies: 200 });
  }
  return world;
}

const ticks = [-2, -1, 5, 6, 7, 8, 9, 10, 11, 12].map((minutes) => falls + minutes * minute);

describe('two evaluators that share the surfaces', () => {
  let one: EvaluatorWorld;
  let two: EvaluatorWorld;

  beforeAll(async () => {
    [one, two] = (await Promise.all(['one', 'two'].map(makeWorld))) as [EvaluatorWorld, EvaluatorWorld];
    const whole = one.make();
    const shares = [1, 2].map((number) => two.make({ share: { number, of: 2 } }));
    for (const at of ticks) {
      await whole.tick(at);
      for (const share of shares) await share.tick(at);
    }
  });

  const gauge = ({ published }: EvaluatorWorld, name: string) =>
    published.filter((point) => point.name === name);

  it('announce what one announces, and leave the same states', async () => {
    expect(one.announced.filter((entry) => entry.includes('#page#ALARM#'))).toHaveLength(2);
    expect(two.announced.toSorted()).toEqual(one.announced.toSorted());
    const [whole, shared] = await Promise.all([one.series.readControl(), two.series.readControl()]);
    expect(readStates(shared)).toEqual(readStates(whole));
    expect(two.warnings).toEqual([]);
  });

  it('publish the same gauges of each surface, once', () => {
    const ofSurfaces = ({ published }: EvaluatorWorld) =>
      published
        .filter(({ dimensions }) => dimensions.Surface !== undefined)
        .map((point) => JSON.stringify(point))
        .toSorted();
    expect(ofSurfaces(two)).toEqual(ofSurfaces(one));
  });

  it('tell of all surfaces together once, by what the others left at their last tick', () => {
    for (const name of [metric.received, metric.sampled, metric.judgeSpend]) {
      expect(gauge(two, name)).toHaveLength(ticks.length);
      expect(gauge(two, name).at(-1)?.values).toEqual(gauge(one, name).at(-1)?.values);
    }
    const category = ({ published }: EvaluatorWorld) =>
      published.filter((point) => point.name === metric.health && Object.keys(point.dimensions).length === 1);
    expect(category(two)).toHaveLength(category(one).length);
    expect(
      category(two)
        .slice(-2)
        .map(({ values }) => values),
    ).toEqual(
      category(one)
        .slice(-2)
        .map(({ values }) => values),
    );
  });

  it('beat each for itself, and are as far as the slower one', async () => {
    expect(gauge(one, metric.heartbeat).map(({ dimensions }) => dimensions)).toEqual(ticks.map(() => ({})));
    expect(gauge(two, metric.heartbeat).map(({ dimensions }) => dimensions.Share)).toEqual(
      ticks.flatMap(() => ['1/2', '2/2']),
    );
    const last = ticks.at(-1) ?? 0;
    expect(evaluatedUpTo(await two.series.readControl())).toBe(last);
    await two.make({ share: { number: 1, of: 2 } }).tick(last + minute);
    expect(evaluatedUpTo(await two.series.readControl())).toBe(last);
  });

  it('are followed by one, or by three, without a transition', async () => {
    const before = two.announced.length;
    const at = (ticks.at(-1) ?? 0) + 2 * minute;
    await two.make().tick(at);
    for (const number of [1, 2, 3]) await two.make({ share: { number, of: 3 } }).tick(at + minute);
    expect(two.announced.slice(before)).toEqual([]);
    const control = await two.series.readControl();
    expect(evaluatedUpTo(control)).toBe(at + minute);
    const states = readStates(control) as Record<
      string,
      Record<string, { reading: { firing: { page: boolean } } }>
    >;
    for (const surface of bad) expect(states[surface]?.['first-token']?.reading.firing.page).toBe(true);
  });
});

describe('the anchors of a stage', () => {
  it("are one evaluator's, whose finds the others go by", async () => {
    const judged = await catalogueOf([{ surface: 's0', slos: { 'judge-pass': 'on' } }]);
    const world = await makeEvaluatorWorld(dynamo, judged, 'anchors');
    const watch = () =>
      createEvaluatorStores(dynamo, world.tables, judged, async (messages) => messages.map(() => true))
        .anchors;
    const [judge, rubric] = [...watch().judges][0] ?? [];
    if (judge === undefined) throw new Error('no calibrated judge');
    const movedAt = start - hour;
    const anchor = { surface: 's0', at: start - 2 * hour, probability: 1, pass: true };
    const anchors = Array.from({ length: anchorSetSize }, (_, id) => ({ ...anchor, responseId: `r${id}` }));
    const set = { madeFor: start - 3 * hour, callUsd: 0.001, anchors };
    const store = createAnchorStore(dynamo, world.tables);
    await store.writeSet(judge, set);
    const other = watch();
    const eight = anchors.map(() => 8);
    const steady = {
      ...startAnchorProgress(set),
      record: { ...startRecord(anchorSetSize), passes: eight, scorings: eight },
      sight: { fall: 0.01, rise: null },
      wholeAt: start - hour,
    };
    await other.follow({ [judge]: steady });
    expect(other.readStatus(rubric)).toMatchObject({ context: { state: 'steady' }, countsFrom: undefined });
    // The first one finds that the judge moved: its set counts anew.
    await store.writeSet(judge, { ...set, countsFrom: start });
    await other.follow({ [judge]: { ...steady, movedAt } });
    expect(other.readStatus(rubric)).toMatchObject({ context: { state: 'moved' }, countsFrom: start });
    await other.follow({});
    expect(other.readStatus(rubric).context).toBeUndefined();
  });

  it('go on beside newer ratings, and others take the places of those whose texts are gone', async () => {
    const judged = await catalogueOf([{ surface: 's0', slos: { 'judge-pass': 'on' } }]);
    const world = await makeEvaluatorWorld(dynamo, judged, 'refill');
    const [rubric] = calibratedRubrics(judged);
    if (rubric === undefined) throw new Error('no calibrated judge');
    const judge = presentJudgeName(rubric);
    const judgements = createJudgementStore(dynamo, world.tables.judgements, judged.retention);
    const fresh = Array.from({ length: 60 }, (_, index) => `fresh-${index}`);
    await inParallel(fresh, 8, (id) =>
      endJudgement(
        judgements,
        judgeTask(id, start - 2 * hour, { rubric, surface: 's0' }),
        judgedVerdict(4, { rubric }),
      ),
    );
    const calibration = {
      surface: 's0',
      rubric: { id: rubric.id, version: rubric.version },
      fingerprint: judgeFingerprint(rubric),
      state: 'valid',
      reason: '',
      wants: [],
      window: { from: start - 4 * day, to: start - hour },
    } as unknown as Calibration;
    const anchor = { surface: 's0', at: start - 3 * day, probability: 1, pass: true };
    const set = {
      madeFor: start - 2 * day,
      callUsd: 0.001,
      anchors: Array.from({ length: 270 }, (_, id) => ({ ...anchor, responseId: `old-${id}` })),
    };
    const anchors = createAnchorStore(dynamo, world.tables);
    await anchors.writeSet(judge, set);
    const sets = new AnchorSets({ judgements, anchors });
    const find = (progress: AnchorProgress, warned = false) =>
      sets.find(judge, rubric, { calibrations: [calibration], progress, warned, now: start });
    const begun = startAnchorProgress(set);
    expect(await find(begun)).toEqual(set);
    const gone = new Set(Array.from({ length: 55 }, (_, index) => 3 * index));
    const worn = dropAnchors({ ...begun, latest: 'p'.repeat(270) }, gone);
    expect(await find(worn, true)).toEqual(set);
    const refilled = await find(worn);
    expect(refilled).toMatchObject({ madeFor: set.madeFor, refilledAt: start });
    for (const [position, { responseId }] of (refilled?.anchors ?? []).entries())
      expect(responseId.startsWith(gone.has(position) ? 'fresh-' : 'old-')).toBe(true);
    expect(await anchors.readSet(judge)).toEqual(refilled);
    const scorings = (['cached', 'fast', undefined] as const).map((suspect) => ({
      suspect,
      task: judgeTask(`scored-${suspect}`, start - hour, { rubric, surface: 's0', repeat: 7 }),
    }));
    for (const { suspect, task } of scorings)
      await endJudgement(judgements, task, judgedVerdict(4, { rubric, ...(suspect && { suspect }) }));
    expect(await anchors.readOutcomes(scorings.map(({ task }) => task))).toEqual([
      'cached',
      'fast pass',
      'pass',
    ]);
    const after = takeRefill(refilled ?? set, worn);
    expect([...after.latest].filter((state) => state === '-')).toHaveLength(55);
    expect(takeRefill(refilled ?? set, after)).toBe(after);
    expect(await find(after)).toEqual(refilled);
  });

  it('are remembered where calibrations cannot be read', async () => {
    const judged = await catalogueOf([{ surface: 's0', slos: { 'judge-pass': 'on' } }]);
    const world = await makeEvaluatorWorld(dynamo, judged, 'unread');
    const anchors = { a: startAnchorProgress({ madeFor: start, callUsd: 0.001, anchors: [] }) };
    await world.series.writeTick(start - minute, 'another', { anchors, late: 0 });
    await stampCalibrations(dynamo, world.tables.series, 'a stamp');
    const refuse = () => Promise.reject(new Error('refused'));
    const evaluator = world.make({ ratings: { readCalibrations: refuse, writeBatch: refuse } });
    await expect(evaluator.tick(start)).rejects.toThrow('calibrations: ');
    const { tick } = await world.series.readControl();
    expect(tick?.tick).toBe(start);
    expect(readAnchorProgress(tick)).toEqual(anchors);
  });
});

describe('an evaluator without room for all surfaces', () => {
  it('takes them in turn, says so, and finds what one finds that holds all, by so many ticks later', async () => {
    const world = await makeWorld('turns');
    // Of any size, the first one of a tick is taken.
    const evaluator = world.make({ roomBytes: 1 });
    const last = falls + 20 * minute;
    for (let at = falls + 5 * minute; at <= last; at += minute) await evaluator.tick(at);
    const pages = world.announced.filter((entry) => entry.includes('#page#ALARM#'));
    expect(pages.map((entry) => entry.split('/')[0]).toSorted()).toEqual(bad.toSorted());
    const { tick, surfaces } = await world.series.readControl();
    expect(tick?.turns).toEqual({ waiting: 3, every: 4, since: last - 3 * minute });
    for (const { tick: at } of surfaces.values()) expect(at).toBeGreaterThan(last - 4 * minute);
    expect(world.published.filter(({ name }) => name === metric.waitingSurfaces).at(-1)?.values).toEqual([3]);
    expect(world.warnings).toEqual([
      'surfaces are taken in turn, each about every 4 ticks: of 4 there was no room or no time for 3; deploy with -c evaluators=4',
    ]);
    expect(world.published.filter(({ name }) => name === metric.heartbeat)).toHaveLength(16);
  });

  it('stops in time, stores what it has, and goes on with the others', async () => {
    const world = await makeWorld('time');
    const evaluator = world.make();
    let left = 0;
    const seconds = (each: number) => () => {
      left -= each;
      return left * 1_000;
    };
    left = 138;
    // Three are read until 90 s are left, and two of them evaluated until 45 are.
    await evaluator.tick(falls + 5 * minute, seconds(14));
    const first = await world.series.readControl();
    expect(first.surfaces.size).toBe(2);
    expect(first.tick?.turns).toMatchObject({ waiting: 2, every: 2, since: 0 });
    await evaluator.tick(falls + 6 * minute);
    const then = await world.series.readControl();
    expect(then.tick?.turns).toBeUndefined();
    expect([...then.surfaces.values()].map(({ tick }) => tick)).toEqual(Array(4).fill(falls + 6 * minute));
  });

  it('leaves the states of before to the surfaces that have not had their turn, alarms included', async () => {
    const [source, world] = await Promise.all([makeWorld('source'), makeWorld('old')]);
    const then = falls + 10 * minute;
    await source.make().tick(then);
    const states = packJson(readStates(await source.series.readControl()));
    const item = { ...tickKey(), tick: then, writer: 'old', late: 0, states };
    await dynamo.send(new PutItemCommand({ TableName: world.tables.series, Item: toItem(item) }));
    const evaluator = world.make({ roomBytes: 1 });
    for (const [index] of catalogue.surfaces.entries()) {
      expect(Object.keys(readStates(await world.series.readControl()))).toHaveLength(4);
      await evaluator.tick(then + (1 + index) * minute);
    }
    expect((await world.series.readControl()).tick?.states).toBeUndefined();
    expect(source.announced.filter((entry) => entry.includes('#page#ALARM#'))).toHaveLength(2);
    expect(world.announced.filter((entry) => entry.includes('#page#ALARM#'))).toEqual([]);
  });
});
