import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isSampled } from '#core/sampling.ts';
import type { ZoomFactors } from '#core/series/control.ts';
import { hour, minute, second } from '#core/time.ts';
import { SamplerZoom } from '#lambdas/sampler/zoom.ts';
import { testCatalogue } from '#test/support/catalogue.ts';

const sentAt = Date.parse('2026-11-10T12:00:00Z');

/** A sampler's zoom beside a control partition that says so, a clock, and how often it was asked. */
function makeZoom(answer: () => ZoomFactors[], files: Parameters<typeof testCatalogue>[0] = {}) {
  const catalogue = testCatalogue(files);
  const world = { clock: 0, reads: 0, warned: [] as string[] };
  const read = async () => {
    world.reads += 1;
    return answer();
  };
  const surface = catalogue.surfaces.find((each) => each.surface === 'chat');
  if (surface === undefined) throw new Error('the catalogue lacks chat');
  return {
    world,
    surface,
    zoom: new SamplerZoom(
      catalogue,
      read,
      (message) => world.warned.push(message),
      () => world.clock,
    ),
  };
}

const tenfold = (): ZoomFactors[] => [{ factors: new Map([['chat', 10]]), until: sentAt + hour }];

describe('what an instance of the sampler knows of zoom', () => {
  it('is asked for once in 30 seconds of the clock, or of what a replay takes for it', async () => {
    const { world, zoom } = makeZoom(tenfold);
    for (let batch = 0; batch < 30; batch += 1) {
      world.clock = batch * second;
      await zoom.update(sentAt + batch * second);
    }
    expect(world.reads).toBe(1);
    await zoom.update(sentAt + 5 * minute);
    await zoom.update(sentAt + 5 * minute);
    expect(world.reads).toBe(2);
    world.clock += 30 * second;
    await zoom.update(sentAt + 5 * minute);
    expect(world.reads).toBe(3);
  });

  it('is not asked for where no surface can be zoomed', async () => {
    const { world, zoom, surface } = makeZoom(tenfold, { policy: { zoom: { most: 1 } } });
    await zoom.update(sentAt);
    expect(world.reads).toBe(0);
    expect(zoom.samplingOf(surface, undefined, sentAt)).toEqual({ probability: 0.05 });
  });

  it('is the usual rate where the table does not answer, and after the evaluator has been silent for an hour', async () => {
    const silent = makeZoom(() => {
      throw new Error('the table does not answer');
    });
    await silent.zoom.update(sentAt);
    expect(silent.zoom.samplingOf(silent.surface, undefined, sentAt)).toEqual({ probability: 0.05 });
    expect(silent.world.warned).toEqual([
      'by how much surfaces are zoomed could not be read (Error): for half a minute they are sampled at their usual rates',
    ]);
    const { zoom, surface } = makeZoom(tenfold);
    await zoom.update(sentAt);
    expect(zoom.samplingOf(surface, undefined, sentAt + hour)).toEqual({ probability: 0.5, zoom: 10 });
    expect(zoom.samplingOf(surface, undefined, sentAt + hour + 1)).toEqual({ probability: 0.05 });
  });

  it('never samples more than all, nor a surface more than it lets', async () => {
    const whole = makeZoom(tenfold, { surfaces: [{ surface: 'chat', sampleRate: 0.4 }] });
    await whole.zoom.update(sentAt);
    expect(whole.zoom.samplingOf(whole.surface, undefined, sentAt)).toEqual({ probability: 1, zoom: 2.5 });
    const bounded = makeZoom(tenfold, { surfaces: [{ surface: 'chat', zoom: { most: 4 } }] });
    await bounded.zoom.update(sentAt);
    expect(bounded.zoom.samplingOf(bounded.surface, undefined, sentAt)).toEqual({
      probability: 0.2,
      zoom: 4,
    });
  });

  it('holds the usual sample in the zoomed one', async () => {
    const { zoom, surface } = makeZoom(tenfold);
    await zoom.update(sentAt);
    const { probability } = zoom.samplingOf(surface, undefined, sentAt);
    fc.assert(
      fc.property(fc.string(), (key) => !isSampled(key, surface.sampleRate) || isSampled(key, probability)),
    );
  });

  it('keeps a conversation at the factor of its first turn, both ways', async () => {
    let answer = tenfold();
    const { zoom, surface, world } = makeZoom(() => answer);
    const turn = async (trace: string, minutes: number) => {
      world.clock += minute;
      await zoom.update(sentAt + minutes * minute);
      return zoom.samplingOf(surface, trace, sentAt + minutes * minute).zoom;
    };
    expect(await turn('a', 0)).toBe(10);
    answer = [];
    expect(await turn('a', 1)).toBe(10);
    expect(await turn('b', 2)).toBeUndefined();
    answer = tenfold();
    expect(await turn('b', 3)).toBeUndefined();
    expect(await turn('c', 4)).toBe(10);
  });
});
