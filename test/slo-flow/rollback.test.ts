import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createCircuits } from '#adapters/dynamodb/circuits.ts';
import { toItem } from '#adapters/dynamodb/client.ts';
import { env, type Severity } from '#core/names.ts';
import { rollbackClearKey } from '#core/series/control.ts';
import { hour, minute } from '#core/time.ts';
import { testRubric } from '../support/catalogue.ts';
import { failure, verdict } from '../support/judge-replies.ts';
import { ratePeople } from '../support/rate-people.ts';
import { answerText, healthyRecord, spread } from '../support/records.ts';
import { catalogueOf } from '../support/shipped.ts';
import { SloStack } from '../support/slo-stack.ts';

const start = Date.parse('2026-11-10T12:00:00Z');
const raised = start + 10 * minute;

const measured = ['by-time', 'by-release', 'by-command'] as const;
const judged = ['trusted', 'blocked'] as const;

let flow: SloStack;
/** Why the blocked judge's alarms do not act, 10 minutes after it was blocked. */
let isRefused = false;
let held: { rollback: string | undefined; page: string | undefined };
/** What fires of each surface at each look. */
const seen: Record<string, Record<string, Record<string, Severity[]>>> = {};

function look(name: string): void {
  seen[name] = Object.fromEntries([...measured, ...judged].map((surface) => [surface, flow.firing(surface)]));
}

const tokens = (surface: string, ttftMs: number) =>
  healthyRecord('any', start, { surface, timing: { ttftMs, totalMs: 1_300 } });

/** First tokens of a release, in time or not, in every bucket of a span. */
async function stream(
  release: string,
  from: number,
  to: number,
  ttftMs: number,
  surfaces: readonly string[],
) {
  for (const surface of surfaces)
    await flow.count(surface, [tokens(surface, ttftMs)], { from, to, copies: 200 }, ['c:-', `r:${release}`]);
}

/** Answers that go through sampler and judge; a bad one is scored 2. */
async function answer(count: number, from: number, to: number, isBad: (index: number) => boolean) {
  const records = judged.flatMap((surface) =>
    spread(count, from, to, (index, at) =>
      healthyRecord(`${isBad(index) ? 'bad' : 'good'}-${surface}-${at}`, at, { surface, ...answerText }),
    ),
  );
  await flow.send(records, to);
}

beforeAll(async () => {
  const judgeOf = (model: string) => ({ model, prices: { input: 0.25, cachedInput: 0.025, output: 2 } });
  flow = await SloStack.start(
    await catalogueOf(
      [
        ...measured.map((surface) => ({ surface, tier: 1 as const, slos: { 'first-token': 'on' } })),
        ...judged.map((surface) => ({ surface, tier: 1 as const, slos: { 'judge-pass': 'on' } })),
      ],
      {},
      [
        testRubric(),
        ...judged.map((name) => testRubric({ id: name, surfaces: [name], judge: judgeOf(`model-${name}`) })),
      ],
    ),
    {
      judge: (request) =>
        isRefused && request.model === 'model-blocked'
          ? failure(401, 'invalid_api_key')
          : verdict(request, request.responseId.startsWith('bad-') ? 2 : 4),
    },
  );
  const circuits = createCircuits(flow.dynamo, flow.stack.environment[env.seriesTable] ?? '');
  await stream('r1', start - hour, start, 300, measured);
  // Half good and half bad, so that people's ratings of them tell how the judge errs; 50 hours ago, out of every row.
  const rated = start - 50 * hour;
  await answer(240, rated, rated + hour, (index) => index % 2 === 0);
  for (const surface of judged) {
    const report = await ratePeople(flow, {
      surface,
      from: rated,
      to: rated + hour,
      count: 220,
      uploadedAt: start - hour,
      score: (id) => (id.startsWith('bad-') ? 2 : 5),
    });
    expect(report.calibrations).toMatchObject([{ state: 'valid' }]);
  }
  await answer(20, start - 20 * minute, start, () => false);
  await flow.tick(start);
  look('before');

  // Ten minutes in which most of everything is bad.
  for (let times = 0; times < 5; times += 1) await stream('r1', start, raised, 900, measured);
  await answer(120, start, raised, (index) => index % 2 === 0);
  isRefused = true;
  await circuits.open('model-blocked', 'the provider refuses the key', raised);
  await flow.tick(raised);
  look('raised');

  // All is well again at once; r2 replaces r1 on one surface, and on another somebody gives the command.
  await stream('r1', raised, raised + 60 * minute, 300, ['by-time', 'by-command']);
  await stream('r2', raised + 5 * minute, raised + 60 * minute, 300, ['by-release']);
  // The anchors that the warning asked for are judged again, with what still comes.
  await answer(10, raised, raised + 5 * minute, (index) => index % 2 === 0);
  await flow.tick(raised + 5 * minute);
  look('after 5 minutes');
  await flow.dynamo.send(
    new PutItemCommand({
      TableName: flow.stack.environment[env.seriesTable] ?? '',
      Item: toItem({ ...rollbackClearKey('by-command/first-token'), at: raised + 7 * minute }),
    }),
  );
  await flow.tick(raised + 10 * minute);
  look('after 10 minutes');
  const { rollback: ofRollback, page } = (await flow.stored('blocked', 'judge-pass')).reading.held;
  held = { rollback: ofRollback, page };
  // The key is mended while half of the verdicts are bad still.
  isRefused = false;
  await circuits.close('model-blocked');
  await answer(60, raised + 10 * minute, raised + 20 * minute, (index) => index % 2 === 0);
  await flow.settle();
  await flow.tick(raised + 20 * minute);
  look('after 20 minutes');
  await flow.tick(raised + 29 * minute);
  look('after 29 minutes');
  await flow.tick(raised + 31 * minute);
  look('after 31 minutes');
});

afterAll(() => flow?.close());

const rollback = { 'first-token': ['rollback'] };
const reasons = (surface: string, to: 'ALARM' | 'OK') =>
  flow
    .announced()
    .filter((each) => each.surface === surface && each.severity === 'rollback' && each.to === to)
    .map(({ reason, at }) => ({ reason, minutes: (Date.parse(at) - raised) / minute }));

describe('a rollback', () => {
  it('starts when an hour and its last minutes burn fast, and masks what is less severe', () => {
    for (const surface of measured) {
      expect(seen.before?.[surface]).toEqual({});
      expect(seen.raised?.[surface]).toEqual(rollback);
    }
  });

  it('stands for 30 minutes though all is well, and clears then', () => {
    expect(seen['after 29 minutes']?.['by-time']).toEqual(rollback);
    expect(seen['after 31 minutes']?.['by-time']?.['first-token'] ?? []).not.toContain('rollback');
    expect(reasons('by-time', 'OK')).toEqual([{ minutes: 31, reason: expect.stringContaining('Recovered') }]);
  });

  it('is cleared by a new release, at the first tick that sees it', () => {
    expect(reasons('by-release', 'OK')).toEqual([
      { minutes: 5, reason: expect.stringContaining('Cleared by the new release "r2".') },
    ]);
  });

  it('is cleared by the command, and what went before it starts no other', () => {
    expect(reasons('by-command', 'OK')).toEqual([
      { minutes: 10, reason: expect.stringContaining('Cleared by `assay rollback clear`.') },
    ]);
    expect(reasons('by-command', 'ALARM')).toHaveLength(1);
  });

  it("starts on a calibrated judge's word", () => {
    // The warning comes at once; what acts on it waits until the judge's anchors say that it has not changed.
    expect(seen.raised?.trusted).toEqual({ 'judge-pass': ['ticket'] });
    expect(seen['after 5 minutes']?.trusted).toEqual({ 'judge-pass': ['rollback'] });
    expect(reasons('trusted', 'ALARM')[0]?.reason).toContain('Burn is corrected by the ratings of people.');
  });

  it('is held while the judge is blocked; the page waits for anchors that nobody scores, and the ticket stands', () => {
    expect(seen.raised?.blocked).toEqual({ 'judge-pass': ['ticket'] });
    expect(seen['after 10 minutes']?.blocked).toEqual({ 'judge-pass': ['ticket'] });
    expect(held).toEqual({
      rollback: expect.stringContaining('the judge is unhealthy'),
      page: expect.stringContaining('the anchor set is being scored; the page waits for it'),
    });
  });

  it('comes when the judge answers again and it is still as bad', () => {
    expect(seen['after 20 minutes']?.blocked).toEqual({ 'judge-pass': ['rollback'] });
  });
});
