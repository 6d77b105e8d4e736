import { describe, expect, it } from 'vitest';
import { findRings, graphOf, type ImportGraph, readImports, roomsOf } from './support/import-graph.ts';

/** What `npm run check` holds beside Biome's layout rules: rooms stand above what they import, and nothing runs back up. */

const graph = await readImports(['src', 'lambdas', 'cdk', 'bin', 'bench', 'test']);

/** The first folder below a place; files that lie in the place itself are its ground, each a room of its own. */
const within = (place: string) => (path: string) => {
  if (!path.startsWith(`${place}/`)) return undefined;
  return path.slice(place.length + 1).split('/')[0];
};

/** Rooms of the SLO engine from the ground up: none imports one that comes after it. */
const sloFloors = ['words', 'definition', 'rules', 'alarms', 'replay'];

function arrowsUp(rooms: ImportGraph, floors: readonly string[]): string[] {
  return [...rooms].flatMap(([from, targets]) =>
    [...targets]
      .filter((to) => floors.indexOf(to) > floors.indexOf(from))
      .map((to) => `${from} imports ${to}, which stands above it`),
  );
}

describe('rooms', () => {
  it('no file imports itself by way of others, types and dynamic imports included', () => {
    expect(graph.size).toBeGreaterThan(400);
    expect(findRings(graph)).toEqual([]);
  });

  for (const place of [
    'src/core',
    'src/core/slo',
    'src/adapters',
    'src/local',
    'src/cli',
    'lambdas',
    'cdk',
    'src',
  ])
    it(`the rooms of ${place} can be drawn with every arrow down`, () => {
      const rooms = roomsOf(graph, within(place));
      expect(rooms.size).toBeGreaterThan(2);
      expect(findRings(rooms)).toEqual([]);
    });

  it('the rooms of the SLO engine stand in their order', () => {
    const rooms = roomsOf(graph, within('src/core/slo'));
    expect([...rooms.keys()].toSorted()).toEqual(sloFloors.toSorted());
    expect(arrowsUp(rooms, sloFloors)).toEqual([]);
  });

  it('no room holds more than 30 files, but for the statistics', () => {
    const sizes = new Map<string, number>();
    for (const path of graph.keys()) {
      if (path.startsWith('test/')) continue;
      const folder = path.slice(0, path.lastIndexOf('/'));
      sizes.set(folder, (sizes.get(folder) ?? 0) + 1);
    }
    sizes.delete('src/core/statistics');
    expect([...sizes].filter(([, size]) => size > 30)).toEqual([]);
  });

  it('a planted ring and a planted arrow up are found', () => {
    const planted = graphOf(
      new Map([
        ['src/core/slo/words/format.ts', "import type { Slo } from '../definition/slo.ts';"],
        ['src/core/slo/definition/slo.ts', "export const load = () => import('#core/slo/words/format.ts');"],
      ]),
    );
    const rooms = roomsOf(planted, within('src/core/slo'));
    expect(findRings(planted)).toEqual([[...planted.keys()].toSorted()]);
    expect(findRings(rooms)).toEqual([['definition', 'words']]);
    expect(arrowsUp(rooms, sloFloors)).toEqual(['words imports definition, which stands above it']);
  });
});
