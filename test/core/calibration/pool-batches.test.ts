import { describe, expect, it } from 'vitest';
import { calibrate } from '#core/calibration/calibrate.ts';
import { poolBatches } from '#core/calibration/pool-batches.ts';
import { ratedPart } from '#core/calibration/usable-batches.ts';
import { createRandom } from '#core/statistics/random.ts';
import { day } from '#core/time.ts';
import {
  asked,
  drawn,
  judge,
  type Known,
  passMark,
  rated,
  service,
  start,
} from '../../support/rated-responses.ts';

const month = service('the month', 4_000);
const good = drawn(month, 200, { seed: 'good' });

/** Responses of another time, of which a few were drawn. */
function later(name: string, count: number, size: number, people?: (index: number) => number) {
  const known: Known[] = service(name, size).map((each, index) => ({
    ...each,
    responseId: `${name}-${index}`,
    at: start + 10 * day + index,
    ...(people !== undefined && { people: [people(index)] }),
  }));
  const batch = {
    ...drawn(known, count, { seed: name, drawnAt: start + 11 * day }),
    id: name,
    from: start + 10 * day,
    to: start + 11 * day,
  };
  return { batch, responses: rated(asked(known, batch)) };
}

const rate = (extra: ReturnType<typeof later>[]) =>
  calibrate({
    ...judge,
    passMark,
    batches: [good, ...extra.map(({ batch }) => batch)],
    responses: [...rated(asked(month, good)), ...extra.flatMap(({ responses }) => responses)],
  });

describe('draws together', () => {
  it('keep twenty sloppy ratings of very many responses apart: the calibration of before stands, with the reason', () => {
    const random = createRandom('sloppy');
    const sloppy = later('sloppy', 20, 20_000, () => 1 + random.integer(5));
    const before = rate([]);
    const after = rate([sloppy]);
    expect(after.state).toBe('valid');
    expect(after.population).toEqual(before.population);
    expect(after.slope).toBe(before.slope);
    expect(after.batches).toEqual(before.batches);
    expect(after.reason).toMatch(
      /^200 drawn and rated responses; batch sloppy \(20 ratings\) is kept apart: with it all would say as much as \d+ ratings, without it as 200$/,
    );
  });

  it('pool where it makes them worth more', () => {
    const more = later('more', 100, 2_000);
    const after = rate([more]);
    expect(after.batches).toEqual([good.id, 'more'].sort());
    expect(after.ratings).toBe(300);
    expect(after.reason).not.toContain('apart');
  });

  it('go on with the newer one where it alone is worth more', () => {
    const large = later('large', 400, 40_000);
    const { pooled, apart, effective } = poolBatches(
      [good, large.batch].flatMap(
        (each) => ratedPart(each, [...rated(asked(month, good)), ...large.responses], passMark) ?? [],
      ),
      [...rated(asked(month, good)), ...large.responses],
      passMark,
    );
    expect(effective).toBeGreaterThanOrEqual(400);
    expect([...pooled.map(({ id }) => id), ...apart.map(({ batch }) => batch)].sort()).toEqual(
      [good.id, 'large'].sort(),
    );
  });

  it('do not bring in a batch of which only responses of another are rated, drawn before or after', () => {
    const before = rate([]);
    const rows = rated(asked(month, good));
    for (const drawnAt of [good.drawnAt - day, good.drawnAt + day]) {
      // Another week's thousands with it, and the first five of the rated ones.
      const { batch } = later('untouched', 20, 20_000);
      const untouched = {
        ...batch,
        drawnAt,
        responseIds: [...good.responseIds.slice(0, 5), ...batch.responseIds.slice(5)],
      };
      const after = calibrate({ ...judge, passMark, batches: [good, untouched], responses: rows });
      expect(after.batches).toEqual(before.batches);
      expect(after.population).toEqual(before.population);
      expect(after.window).toEqual(before.window);
    }
  });

  it('of the same responses are one', () => {
    const twin = { ...good, id: 'twin', drawnAt: good.drawnAt + day };
    const responses = rated(asked(month, good));
    const after = calibrate({ ...judge, passMark, batches: [twin, good], responses });
    expect(after.population).toEqual(rate([]).population);
    expect(after.batches).toEqual([good.id]);
  });

  it('count a response by the share of its raters who pass it, so that two raters do not halve a rate', () => {
    const known = service('two raters', 4_000).map((each) => ({ ...each, people: [5, 1] }));
    const batch = drawn(known, 200);
    const made = calibrate({ ...judge, passMark, batches: [batch], responses: rated(asked(known, batch)) });
    expect(made.population?.strata.map(({ passed, rated: count }) => passed / count)).toEqual([0.5, 0.5]);
    expect(made.rate?.value).toBeCloseTo(0.5, 12);
  });
});
