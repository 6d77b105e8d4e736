import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inParallel } from '#adapters/in-parallel.ts';
import { surfaceOf } from '#core/catalogue/catalogue.ts';
import { type Severity, severities } from '#core/names.ts';
import { day, hour, minute } from '#core/time.ts';
import type { StoredSlo } from '#lambdas/slo-evaluator/slo-reading.ts';
import { packedDay } from '../support/counted-records.ts';
import { verdict } from '../support/judge-replies.ts';
import { feedbackRecord, spread } from '../support/records.ts';
import { catalogueOf } from '../support/shipped.ts';
import { SloStack } from '../support/slo-stack.ts';
import { isBadIndex, recordOf, type TableRow, tableRows } from '../support/table-surfaces.ts';

const start = Date.parse('2026-11-10T12:00:00Z');
/** Few buckets, for each costs an update that takes the local DynamoDB 30 ms. */
const worse = start + 15 * minute;
const recovered = start + 9 * day;

let flow: SloStack;
let providers: StoredSlo;
let firingBefore: Record<string, Record<string, Severity[]>>;
let firingAfter: Record<string, Record<string, Severity[]>>;
let firingAtLast: Record<string, Record<string, Severity[]>>;

/** More calls at once than a busy machine takes in would wait for their connection until the SDK gives them up. */
const atOnce = 2;

const surfaces = tableRows.map(({ surface }) => surface.surface);
const firingNow = () => Object.fromEntries(surfaces.map((surface) => [surface, flow.firing(surface)]));

/** 29 days of usual traffic that end a day before the SLOs' windows of 7 days begin. */
async function writeHistory(row: TableRow): Promise<void> {
  const name = row.surface.surface;
  const records = spread(10, 0, hour, (index) => recordOf(row, `h${index}`, start, false));
  const packed = packedDay(surfaceOf(flow.catalogue, name), records);
  const days = Array.from({ length: 31 }, (_, index) => start - (8 + index) * day);
  await inParallel(days, 8, (at) => flow.series.writeDay(name, at, '*', packed));
}

function countUsual(row: TableRow, from: number, to: number, copies: number): Promise<void> {
  return flow.count(row.surface.surface, [recordOf(row, 'usual', from, false)], { from, to, copies });
}

/** The records of the quarter of an hour in which things are amiss. */
function worsened(row: TableRow) {
  return spread(row.records, start, worse, (index, at) => {
    const isBad = isBadIndex(row, index);
    return recordOf(row, `${isBad ? 'bad' : 'good'}-${row.surface.surface}-${index}`, at, isBad);
  });
}

/** A few good ones just before a tick: an alarm clears on news only. */
function news(row: TableRow, at: number) {
  return spread(4, at - 15 * minute, at, (index, madeAt) =>
    recordOf(row, `news-${row.surface.surface}-${at}-${index}`, madeAt, false),
  );
}

beforeAll(async () => {
  flow = await SloStack.start(await catalogueOf(tableRows.map(({ surface }) => surface)), {
    judge: (request) => verdict(request, request.responseId.startsWith('bad-') ? 3 : 4),
  });
  await inParallel(tableRows, atOnce, writeHistory);
  await inParallel(tableRows, atOnce, (row) => countUsual(row, start - hour, start, 10));
  await flow.tick(start);
  firingBefore = firingNow();
  const bad = tableRows.flatMap(worsened);
  const regenerated = bad
    .filter(({ metadata }) => (metadata as { feedback?: boolean } | undefined)?.feedback === true)
    .map(({ id, at, surface }) => feedbackRecord(String(id), Date.parse(String(at)), { surface }));
  await flow.send([...bad, ...regenerated], worse);
  await flow.tick(worse);
  firingAfter = firingNow();
  providers = await flow.stored('provider-down', 'provider-success');
  // Evidence against a rate of 99.95% goes with thousands of good events, and not before.
  await inParallel(tableRows, atOnce, (row) =>
    countUsual(row, recovered - 2 * hour, recovered + 30 * minute, 2_000),
  );
  for (const at of [recovered, recovered + 15 * minute, recovered + 30 * minute]) {
    await flow.send(
      tableRows.flatMap((row) => news(row, at)),
      at,
    );
    await flow.tick(at);
  }
  firingAtLast = firingNow();
});

afterAll(() => flow?.close());

describe('an alarm of the shipped table', () => {
  it('is quiet on usual traffic, every one of them', () => {
    expect(firingBefore).toEqual(Object.fromEntries(surfaces.map((surface) => [surface, {}])));
  });

  it.for(tableRows.map((row) => [row.says, row] as const))('watches %s', ([, row]) => {
    expect(firingAfter[row.surface.surface]).toEqual(
      Object.fromEntries(Object.entries(row.fires).map(([slo, severity]) => [slo, [severity]])),
    );
  });

  it.for(tableRows.map((row) => [row.says, row] as const))('clears after recovery: %s', ([, row]) => {
    expect(firingAtLast[row.surface.surface]).toEqual({});
  });

  it("shows each provider's own rate, and has no alarm for it", async () => {
    const { reading } = providers;
    expect(reading.providers).toMatchObject({
      primary: { good: 210, total: 270 },
      secondary: { good: 60, total: 60 },
    });
    expect(reading.reason).toContain('primary answered');
    expect([...flow.alarms().keys()].filter((name) => name.includes('provider-success'))).toEqual([]);
  });

  it('tells the topic of its own severity, of its beginning and its end', () => {
    for (const { surface, fires } of tableRows) {
      for (const [slo, severity] of Object.entries(fires)) {
        const told = (of: Severity) =>
          flow
            .told(of)
            .filter(({ alarm }) => alarm.includes(`-${surface.surface}-`) && alarm.includes(`-${slo}-`));
        expect([surface.surface, slo, told(severity).map(({ to }) => to)]).toEqual([
          surface.surface,
          slo,
          expect.arrayContaining(['ALARM']),
        ]);
        for (const other of severities.filter((each) => each !== severity))
          expect(told(other).filter(({ alarm }) => alarm.endsWith(`-${severity}`))).toEqual([]);
      }
    }
  });
});
