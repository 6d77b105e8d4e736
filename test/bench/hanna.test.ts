import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createRandom } from '#core/statistics/random.ts';
import { measureSystems, readStories } from '../../bench/calibration/hanna.ts';

it('calibrates each system by ratings of the others, from files as the data set has them', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'assay-hanna-'));
  try {
    const random = createRandom('stories');
    const stories = Array.from({ length: 400 }, (_, index) => {
      const good = random.chance(0.8);
      return {
        id: `s${index}`,
        model: ['one', 'two'][index % 2],
        good,
        passed: random.chance(good ? 0.95 : 0.1),
      };
    });
    const lines = (values: readonly unknown[]) => values.map((value) => JSON.stringify(value)).join('\n');
    await writeFile(
      join(folder, 'responses.jsonl'),
      lines(stories.map(({ id, model }) => ({ id, model, at: '2026-11-01T00:00:00Z' }))),
    );
    // One was never judged.
    await writeFile(
      join(folder, 'recorded-verdicts.jsonl'),
      lines(stories.slice(1).map(({ id, passed }) => ({ responseId: id, score: passed ? 4 : 2 }))),
    );
    await writeFile(
      join(folder, 'ratings.csv'),
      `response_id,rater_id,score\n${stories.map(({ id, good }) => `${id},ann,${good ? 5 : 1}\n${id},bob,${good ? 3 : 2}`).join('\n')}\n`,
    );
    const read = readStories(folder);
    expect(read).toHaveLength(399);
    const systems = measureSystems(read, 2);
    expect(systems.map(({ system, stories: count }) => [system, count])).toEqual([
      ['one', 199],
      ['two', 200],
    ]);
    for (const { covered, rate, value, medianWidth } of systems) {
      expect(covered).toBe(1);
      expect(Math.abs(value - rate)).toBeLessThan(0.1);
      expect(medianWidth).toBeLessThan(0.4);
    }
  } finally {
    await rm(folder, { recursive: true });
  }
});
