import { describe, expect, it } from 'vitest';
import { mostZoom, zoomBudgetUsd } from '#core/catalogue/zoom.ts';
import { testCatalogue } from '#test/support/catalogue.ts';

const mostOf = (surface: Record<string, unknown>, policy: Record<string, unknown> = {}) => {
  const catalogue = testCatalogue({ policy, surfaces: [{ surface: 'chat', ...surface }] });
  const found = catalogue.surfaces.find((each) => each.surface === 'chat');
  return found && mostZoom(found);
};

describe('how far a surface may be zoomed', () => {
  it('is ten times unless the policy or the surface says otherwise, and never over all', () => {
    expect(mostOf({})).toBe(10);
    expect(mostOf({}, { zoom: { most: 4 } })).toBe(4);
    expect(mostOf({ zoom: { most: 20 } }, { zoom: { most: 4 } })).toBe(20);
    expect(mostOf({ sampleRate: 0.4 })).toBe(2.5);
  });

  it('is not at all where it says so, where all is judged, and where nothing is', () => {
    expect(mostOf({ zoom: { most: 1 } })).toBe(1);
    expect(mostOf({}, { zoom: { most: 1 } })).toBe(1);
    expect(mostOf({ sampleRate: 1 })).toBe(1);
    expect(mostOf({ slos: { availability: 'on' } })).toBe(1);
    // A catalogue of a stage that was deployed before there was zoom.
    expect(mostZoom({ sampleRate: 0.05, slos: testCatalogue().surfaces[0]?.slos ?? [] })).toBe(1);
  });

  it('costs at most its share of the cap, a quarter unless the policy says otherwise', () => {
    expect(zoomBudgetUsd(testCatalogue())).toBe(6.25);
    expect(zoomBudgetUsd(testCatalogue({ policy: { zoom: { share: 0 } } }))).toBe(0);
    expect(zoomBudgetUsd({ ...testCatalogue(), zoomShare: undefined })).toBe(0);
  });

  it.each([
    { zoom: { most: 0.5 } },
    { zoom: { most: 2000 } },
    { zoom: { share: 1.1 } },
    { zoom: { mots: 3 } },
  ])('is refused as %j', (policy) => {
    expect(() => testCatalogue({ policy })).toThrow();
  });
});
