import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { metric } from '#core/names.ts';
import { hour, minute } from '#core/time.ts';
import { responseRecord, type SentRecord } from '../support/records.ts';
import { catalogueOf } from '../support/shipped.ts';
import { SloStack } from '../support/slo-stack.ts';

/*
 * One surface is sent what names without end, in every way; the good records of the same batches count once, and another surface
 * that falls meanwhile is told within five minutes.
 */

const start = Date.parse('2026-11-10T12:00:00Z');
const falls = start + hour;
const minutes = 5;
const goodPerMinute = 60;

/** Random letters, which nothing packs and nobody names twice. */
let drawn = 0;
const oddName = (length: number) => {
  drawn += 1;
  return `${(drawn * 2_654_435_761).toString(36)}-`.padEnd(length, '語');
};

const odd = (id: string, at: number, more: SentRecord) => responseRecord(id, at, { surface: 'odd', ...more });
const attempts = (status: string) =>
  Array.from({ length: 1_500 }, () => ({ provider: oddName(190), status }));

/** What comes in a minute on `odd`, each kind in its own. */
const hostile: readonly ((at: number) => SentRecord[])[] = [
  (at) =>
    [0, 1].map((back) => odd(`errors-${back}`, at - back * 5 * minute, { attempts: attempts('error') })),
  (at) => [odd('successes', at, { attempts: attempts('success') })],
  (at) => Array.from({ length: 300 }, (_, i) => odd(`provider-${i}`, at, { provider: oddName(44) })),
  (at) => Array.from({ length: 300 }, (_, i) => odd(`cohort-${i}`, at, { cohort: oddName(120) })),
  (at) => Array.from({ length: 300 }, (_, i) => odd(`release-${i}`, at, { release: oddName(120) })),
];

let flow: SloStack;
const told: { minute: number; alarm: string }[] = [];
const evaluated: string[][] = [];

beforeAll(async () => {
  const slos = { availability: 'on', 'first-token': 'on' } as const;
  flow = await SloStack.start(
    await catalogueOf(['odd', 'falls', 'stands'].map((surface) => ({ surface, slos, sampleRate: 1e-9 }))),
  );
  for (const surface of ['odd', 'falls', 'stands'])
    await flow.count(surface, [responseRecord('good', start, { surface })], {
      from: start - hour,
      to: falls,
      copies: 100,
    });
  await flow.tick(start);
  await flow.tick(falls - minute);
  for (let index = 0; index < minutes; index += 1) {
    const at = falls + index * minute;
    const of = (surface: string, more: SentRecord = {}) =>
      Array.from({ length: goodPerMinute }, (_, i) =>
        responseRecord(`${surface}-${index}-${i}`, at + i, { surface, cohort: 'eu', ...more }),
      );
    const batch = [
      ...(hostile[index]?.(at) ?? []),
      ...of('odd'),
      ...of('falls', { status: 'error' }),
      ...of('stands'),
    ];
    await flow.send(batch, at);
    const changed = await flow.tick(at + minute);
    for (const { alarm, to } of changed) if (to === 'ALARM') told.push({ minute: index + 1, alarm });
    const { tick, surfaces } = await flow.series.readControl();
    evaluated.push(
      [...surfaces]
        .filter(([, each]) => each.tick === tick?.tick)
        .map(([name]) => name)
        .sort(),
    );
  }
});

afterAll(() => flow?.close());

async function counted(surface: string, column: string): Promise<number> {
  const hours = ['2026-11-10T12', '2026-11-10T13'];
  const items = (await Promise.all(hours.map((key) => flow.series.readCounts(surface, key)))).flat();
  return items
    .filter(({ sk }) => sk.includes('#c:eu'))
    .reduce((sum, { counters }) => sum + (counters[column] ?? 0), 0);
}

describe('a surface that is sent names without end', () => {
  it('keeps no other from being evaluated, at no tick', () => {
    expect(evaluated).toEqual(Array(minutes).fill(['default', 'falls', 'odd', 'stands']));
  });

  it('keeps no alarm of another back: all errors are told within five minutes', () => {
    const own = told.filter(({ alarm }) => /-falls-.*-(page|ticket)$/.test(alarm));
    expect(own.length).toBeGreaterThan(0);
    expect(Math.min(...own.map((each) => each.minute))).toBeLessThanOrEqual(minutes);
    expect(told.filter(({ alarm }) => alarm.includes('-stands-'))).toEqual([]);
  });

  it('has the good records of its batches counted once, as the others have', async () => {
    const sent = minutes * goodPerMinute;
    expect(await counted('odd', 'n')).toBe(sent);
    expect(await counted('falls', 'n')).toBe(sent);
    expect(await counted('falls', 'err')).toBe(sent);
    expect(await counted('stands', 'n')).toBe(sent);
    expect(await counted('odd', 'redelivered')).toBe(0);
  });

  it('costs no tick its heartbeat', () => {
    const beats = [...flow.aws.cloudwatch.metrics.list()].find(({ name }) => name === metric.heartbeat);
    const missing = Array.from({ length: minutes }, (_, index) => falls / minute + 1 + index).filter(
      (at) => beats?.series.aggregate(at, at + 1) === undefined,
    );
    expect(missing).toEqual([]);
  });
});
