import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Severity } from '#core/names.ts';
import { createRandom } from '#core/statistics/random.ts';
import { hour, minute } from '#core/time.ts';
import { testRubric } from '../support/catalogue.ts';
import { verdict } from '../support/judge-replies.ts';
import { type JudgedHours, JudgedTraffic, usualSkill } from '../support/judged-traffic.ts';
import { catalogueOf } from '../support/shipped.ts';
import { SloStack } from '../support/slo-stack.ts';

/*
 * Surfaces whose judge is right of good answers in .93 and of bad ones in .75, held to .92: hour by hour, with people
 * who rate what is drawn. A healthy surface shows the judge's rate of about .89, under the objective.
 */

const midnight = Date.parse('2026-11-10T01:00:00Z');
const healthy = 0.945;
const dropped = 0.8;
/** What is judged in an hour, unless told otherwise. */
const usualPerHour = 60;

/** Hours of history that people rate, and the hour at which it is rated. */
const history = 8;
const last = 18;

interface Scenario {
  /** What is judged in an hour, beside the hour itself. */
  readonly traffic: (hour: number) => Partial<JudgedHours>;
  /** Hours at whose end people rate, and from which hour on the responses are drawn. */
  readonly rates: Readonly<Record<number, { readonly from: number }>>;
}

const usual = { [history]: { from: 0 } };

const scenarios = {
  healthy: { traffic: () => ({}), rates: usual },
  dropping: { traffic: (at) => ({ perHour: 140, ...(at >= 11 && { quality: dropped }) }), rates: usual },
  // The drop makes the judge's own scores shift too: bad answers get ones, good ones fours.
  shifting: {
    traffic: (at) => ({ perHour: 200, ...(at >= 11 && { quality: 0.7, passScores: [4] }) }),
    rates: usual,
  },
  // Rated as it was during the drop, long after it.
  recovered: {
    traffic: (at) => (at < 4 ? { quality: dropped } : {}),
    rates: { 12: { from: 0 } },
  },
  // People would still pass as much; the judge has become strict.
  drifting: {
    traffic: (at) =>
      at < 11 ? { texts: true } : { skill: { ...usualSkill, sensitivity: 0.7 }, perHour: 140 },
    rates: usual,
  },
  // A new version judges from the eighth hour on, and quality falls with it.
  bumped: {
    traffic: (at) => (at < history ? {} : { quality: dropped, perHour: 140 }),
    rates: { [history]: { from: 0 }, 15: { from: history } },
  },
} satisfies Record<string, Scenario>;

type Surface = keyof typeof scenarios;
const surfaces = Object.keys(scenarios) as Surface[];

const rubricOf = (surface: Surface, version = 1, state = 'active') =>
  testRubric({ id: `rubric-${surface}`, version, state, surfaces: [surface] });
const judges = (surface: Surface, at: number) =>
  surface === 'bumped'
    ? at < history
      ? rubricOf(surface, 1, 'retired')
      : rubricOf(surface, 2)
    : rubricOf(surface);

let flow: SloStack;
let traffic: JudgedTraffic;
/** The judge of the drifting surface has become strict. */
let isStrict = false;
/** By surface and hour, the severities whose alarms stand. */
const fired = new Map<Surface, Severity[][]>();
const drift: (string | undefined)[] = [];

beforeAll(async () => {
  flow = await SloStack.start(
    await catalogueOf(
      surfaces.map((surface) => ({ surface, slos: { 'judge-pass': { window: '24h' } } })),
      {},
      [testRubric(), ...surfaces.map((surface) => judges(surface, last)), rubricOf('bumped', 1, 'retired')],
    ),
    // The judge of today, asked again about what it judged before: as strict as it has become, and as wavering as models are.
    {
      judge: (request) => {
        const strict =
          isStrict &&
          request.responseId.startsWith('drifting') &&
          createRandom(request.responseId).chance(0.25);
        return verdict(request, strict ? 3 : traffic.scoreOf(request.responseId));
      },
    },
  );
  traffic = new JudgedTraffic(flow);
  for (const surface of surfaces) fired.set(surface, []);
  for (let at = 0; at < last; at += 1) {
    const from = midnight + at * hour;
    isStrict = at >= 11;
    for (const surface of surfaces)
      await traffic.store({
        surface,
        rubric: judges(surface, at),
        from,
        to: from + hour,
        perHour: usualPerHour,
        quality: healthy,
        ...(scenarios[surface] as Scenario).traffic(at),
      });
    const ends = from + hour;
    for (const surface of surfaces) {
      const rates = (scenarios[surface] as Scenario).rates[at + 1];
      if (rates === undefined) continue;
      const window = {
        from: midnight + rates.from * hour,
        to: rates.from === 0 ? midnight + Math.min(at + 1, history) * hour : ends,
      };
      await traffic.calibrate({ surface, rubric: judges(surface, rates.from), ...window }, ends + minute);
    }
    // Nothing is calibrated before people have rated, so that a tick an hour will do.
    for (const wait of at < 3 ? [10] : [10, 40]) {
      flow.stack.clock.set(ends + wait * minute);
      await flow.tick(ends + wait * minute);
      await flow.stack.drain();
    }
    for (const surface of surfaces) fired.get(surface)?.push(flow.firing(surface)['judge-pass'] ?? []);
    drift.push(flow.alarms().get('assay-test-operations-judge-drift-rubric-drifting'));
  }
});

afterAll(() => flow?.close());

const everFired = (surface: Surface, severity: Severity, fromHour = 0) =>
  fired
    .get(surface)
    ?.slice(fromHour)
    .some((severities) => severities.includes(severity));

describe('a calibrated judge', () => {
  it('raises no page of a healthy service whose raw rate is under the objective', async () => {
    const { reading } = await flow.stored('healthy', 'judge-pass');
    expect(reading.raw.value).toBeLessThan(0.92);
    expect(reading.calibration.state).toBe('valid');
    expect(reading.calibrated?.lower).toBeLessThan(healthy);
    expect(reading.calibrated?.upper).toBeGreaterThan(healthy);
    expect(everFired('healthy', 'page')).toBe(false);
    expect(everFired('healthy', 'ticket', history + 1)).toBe(false);
  });

  it('pages of a true drop', () => {
    expect(fired.get('dropping')?.slice(0, 11)).not.toContainEqual(expect.arrayContaining(['page']));
    expect(everFired('dropping', 'page', 11)).toBe(true);
  });

  it('pages of a drop that shifts its scores as well, and asks for new ratings', async () => {
    expect(everFired('shifting', 'page', 11)).toBe(true);
    const { reading } = await flow.stored('shifting', 'judge-pass');
    expect(reading.calibration.state).toBe('valid');
    expect(reading.ratingsAsked).toMatch(/distributed otherwise .* draw and rate a new batch/);
  });

  it('does not page what has become healthy by ratings of the drop', async () => {
    const { reading } = await flow.stored('recovered', 'judge-pass');
    expect(reading.calibration.state).toBe('valid');
    expect(everFired('recovered', 'page')).toBe(false);
  });

  it('tells of a judge that drifts, and pages nobody about the product', async () => {
    expect(drift[10]).toBe('OK');
    expect(drift.at(-1)).toBe('ALARM');
    expect(everFired('drifting', 'page')).toBe(false);
    const { reading } = await flow.stored('drifting', 'judge-pass');
    expect(reading.calibration.state).toBe('invalid');
    expect(reading.calibration.reason).toContain('anchor');
    // What was judged again for comparison stands in no rate.
    expect(reading.raw.total).toBe(11 * usualPerHour + (last - 11) * 140);
    expect(flow.judge.asked().size).toBeGreaterThanOrEqual(8 * usualPerHour);
    expect(flow.told('ticket').map(({ alarm }) => alarm)).toContain(
      'assay-test-operations-judge-drift-rubric-drifting',
    );
  });

  it('holds at ticket under a new rubric version until that is calibrated', () => {
    const uncalibrated = fired.get('bumped')?.slice(history, 14);
    expect(uncalibrated?.some((severities) => severities.includes('ticket'))).toBe(true);
    expect(uncalibrated?.some((severities) => severities.includes('page'))).toBe(false);
    expect(everFired('bumped', 'page', 14)).toBe(true);
  });
});
