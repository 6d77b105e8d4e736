import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { StoredJudgement } from '#adapters/dynamodb/judgement-item.ts';
import { createJudgementStore } from '#adapters/dynamodb/judgement-store.ts';
import { readSurfaces } from '#adapters/dynamodb/surface-states.ts';
import { env } from '#core/names.ts';
import { samplingPoint } from '#core/sampling.ts';
import { describeZoom } from '#core/slo/alarms/describe-zoom.ts';
import { readZoomState } from '#core/slo/alarms/zoom-state.ts';
import { hour, hourKey, minute } from '#core/time.ts';
import { testCatalogue, testRubric } from '../support/catalogue.ts';
import { verdict } from '../support/judge-replies.ts';
import { JudgedTraffic } from '../support/judged-traffic.ts';
import { responseRecord } from '../support/records.ts';
import { SloStack } from '../support/slo-stack.ts';

/*
 * A surface of which a twentieth is judged. Its judge is calibrated, then its quality falls: the evaluator asks for more
 * samples, the sampler takes them, and what they count is weighed.
 */

const midnight = Date.parse('2026-11-10T01:00:00Z');
const rated = 8;
const falls = midnight + rated * hour;
const rubric = testRubric();
const catalogue = testCatalogue({
  surfaces: [{ surface: 'chat', slos: { 'judge-pass': 'on' } }],
  rubrics: [rubric],
});
const ids = (name: string) => Array.from({ length: 160 }, (_, index) => `${name}-${index}`);

let flow: SloStack;
let traffic: JudgedTraffic;
/** Judgements of what was sent before and after the sampler was told, by name. */
const judged = new Map<string, StoredJudgement[]>();
const zoomedAt: { at: number; words: string | undefined }[] = [];

async function sendAndRead(name: string, at: number, all = ids(name)): Promise<void> {
  await flow.send(
    all.map((id) => responseRecord(id, at - minute)),
    at,
  );
  const table = flow.stack.environment[env.judgementTable] ?? '';
  const store = createJudgementStore(flow.dynamo, table, catalogue.retention);
  const found = await store.readHour('chat', rubric, hourKey(at - minute));
  judged.set(
    name,
    found.filter(({ responseId }) => responseId.startsWith(`${name}-`)),
  );
}

const zoomNow = async () => readSurfaces(await flow.series.readControl()).get('chat')?.zoom;

beforeAll(async () => {
  flow = await SloStack.start(catalogue, { judge: (request) => verdict(request, 5) });
  traffic = new JudgedTraffic(flow);
  const store = (from: number, to: number, perHour: number, quality: number) =>
    traffic.store({ surface: 'chat', rubric, from, to, perHour, quality });
  await store(midnight, falls, 60, 0.945);
  await traffic.calibrate({ surface: 'chat', rubric, from: midnight, to: falls }, falls + minute);
  await flow.tick(falls + 5 * minute);
  await sendAndRead('usual', falls + 6 * minute);
  for (let at = falls + hour; at <= falls + 6 * hour; at += hour) {
    await store(at - hour, at, 60, 0.7);
    await flow.tick(at + 2 * minute);
    zoomedAt.push({ at, words: describeZoom(await zoomNow()) });
    if (readZoomState(await zoomNow())?.factor !== 1) break;
  }
});

afterAll(() => flow?.close());

describe('a surface whose judge passes less than people want', () => {
  it('is sampled as usual before: a twentieth, by its hash, and no weight is stored', () => {
    const found = judged.get('usual') ?? [];
    expect(found.map(({ responseId }) => responseId).toSorted()).toEqual(
      ids('usual')
        .filter((id) => samplingPoint(id) < 0.05)
        .toSorted(),
    );
    for (const each of found) expect([each.probability, each.zoom]).toEqual([0.05, undefined]);
  });

  it('is zoomed when its page comes near, with the reason, and the sampler finds that in the control partition', async () => {
    expect(zoomedAt.at(-1)?.words).toMatch(
      /^sampled 10 times as much as usual since .*Z: the pressure of judge-pass is /,
    );
    const { zooms } = await flow.series.readControl();
    expect(zooms.get(1)?.factors).toEqual(new Map([['chat', 10]]));
  });

  it('has half of the next responses judged, the usual ones among them, each with its chance and its factor', async () => {
    const at = (zoomedAt.at(-1)?.at ?? 0) + 4 * minute;
    await sendAndRead('zoomed', at);
    const found = judged.get('zoomed') ?? [];
    expect(found.map(({ responseId }) => responseId).toSorted()).toEqual(
      ids('zoomed')
        .filter((id) => samplingPoint(id) < 0.5)
        .toSorted(),
    );
    for (const each of found) expect([each.probability, each.zoom]).toEqual([0.5, 10]);
  });

  it('counts each of them for a tenth in its window, and shows as many as were judged', async () => {
    const before = (await flow.stored('chat', 'judge-pass')).reading.raw;
    const more = judged.get('zoomed')?.length ?? 0;
    await flow.tick((zoomedAt.at(-1)?.at ?? 0) + 5 * minute);
    const { raw } = (await flow.stored('chat', 'judge-pass')).reading;
    expect(raw.total).toBe(before.total + more);
    // The judge passes all of them.
    expect(raw.value).toBeCloseTo((before.good + more / 10) / (before.total + more / 10), 9);
  });

  it('draws the later turns of a conversation at the factor of its first one, in a sampler that has seen it', async () => {
    const last = (zoomedAt.at(-1)?.at ?? 0) + 10 * minute;
    const first = ids('first').slice(0, 60);
    const turn = (id: string) => ({ traceId: `trace-${id.replace(/^\w+-/, '')}` });
    const send = (all: readonly string[], at: number) =>
      flow.send(
        all.map((id) => responseRecord(id, at - minute, turn(id))),
        at,
      );
    await send(first, last);
    // Nothing has asked for it for an hour, and the evaluator says so.
    await flow.series.writeZoom({ number: 1, of: 1 }, { factors: new Map(), until: last + 2 * hour });
    await send(ids('later').slice(0, 60), last + 2 * minute);
    const table = flow.stack.environment[env.judgementTable] ?? '';
    const store = createJudgementStore(flow.dynamo, table, catalogue.retention);
    const found = await store.readHour('chat', rubric, hourKey(last));
    const later = found.filter(({ responseId }) => responseId.startsWith('later-'));
    expect(later.map(({ responseId }) => responseId).toSorted()).toEqual(
      ids('later')
        .slice(0, 60)
        .filter((id) => samplingPoint(turn(id).traceId) < 0.5)
        .toSorted(),
    );
    await sendAndRead('after', last + 4 * minute);
    for (const each of judged.get('after') ?? []) expect(each.zoom).toBeUndefined();
  });
});
