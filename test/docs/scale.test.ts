import { describe, expect, it } from 'vitest';
import { expectedTraffic } from '#core/cost/traffic.ts';
import { findWalls } from '#core/cost/walls.ts';
import { shippedThroughput } from '#core/throughput.ts';
import { expectTable } from '#test/support/generated-table.ts';
import {
  formatTraffic,
  reachedAt,
  scaleHead,
  scaleRow,
  shortNames,
  surfacesLikeChat,
} from '#test/support/scale-rows.ts';
import { shippedCatalogue } from '#test/support/shipped.ts';

/** WRITE_TABLES=1 npx vitest run test/docs/scale.test.ts writes the tables anew. */
describe('docs/scale.md', async () => {
  const shipped = await shippedCatalogue();

  it('shows at each size the walls and the bill that the model makes', async () => {
    const rows = [1e5, 1e7, 1e9].flatMap((perDay) =>
      [1, 20, 1_000].map((surfaces) => scaleRow(shipped, perDay, surfaces)),
    );
    await expectTable('docs/scale.md', 'sizes', [scaleHead, ...rows]);
  });

  it('shows a billion a day at the sample that the shipped judge holds', async () => {
    const rows = [
      [1, 0.0007],
      [20, 0.0007],
      [1_000, 0.007],
    ].map(([surfaces = 1, sampleRate]) => scaleRow(shipped, 1e9, surfaces, sampleRate));
    await expectTable('docs/scale.md', 'billion', [scaleHead, ...rows]);
  });

  it('shows where each wall stands with the shipped settings', async () => {
    const one = surfacesLikeChat(shipped, 1);
    const many = surfacesLikeChat(shipped, 100);
    const usual = { textCharacters: 2_000 };
    const walls = findWalls({ catalogue: one, traffic: expectedTraffic(one, 1e7), ...usual });
    const shapes = [
      ...walls.map((wall) => ({ ...wall, name: shortNames[wall.id], shape: usual })),
      ...walls
        .filter(({ id }) => id === 'counter-partition')
        .flatMap((wall) => [
          { ...wall, name: `${shortNames[wall.id]}, records of 12 KB`, shape: { textCharacters: 11_788 } },
          { ...wall, name: `${shortNames[wall.id]}, 100 cohorts`, shape: { ...usual, cohorts: 100 } },
        ]),
    ];
    const rows = shapes
      .map((each) => ({
        ...each,
        one: reachedAt(one, each.id, each.shape),
        many: reachedAt(many, each.id, each.shape),
      }))
      .toSorted((a, b) => Math.min(a.one ?? 1e99, a.many ?? 1e99) - Math.min(b.one ?? 1e99, b.many ?? 1e99))
      .map(({ name, limit, unit, one, many }) => [
        name,
        `${formatTraffic(limit)} ${unit.replace(' in the busiest hour', '')}`,
        one === undefined ? '-' : formatTraffic(one),
        many === undefined ? '-' : formatTraffic(many),
      ]);
    await expectTable('docs/scale.md', 'walls', [
      ['wall', 'at most', 'met on 1 surface', 'on 100 surfaces'],
      ...rows,
    ]);
  });

  it('shows the settings as they are shipped', async () => {
    await expectTable('docs/scale.md', 'settings', [
      ['setting', 'shipped'],
      ...Object.entries(shippedThroughput).map(([name, value]) => [`\`-c ${name}\``, String(value)]),
    ]);
  });

  it('and 10 million a day hold everywhere, but for the cap', () => {
    for (const surfaces of [1, 20, 1_000]) {
      const [, , , walls = '', , , , cap = ''] = scaleRow(shipped, 1e7, surfaces);
      expect(walls).toMatch(/^none/);
      if (surfaces === 1) expect(Number(cap.slice(1))).toBeGreaterThan(shipped.spendingCapUsdPerDay);
    }
  });
});
