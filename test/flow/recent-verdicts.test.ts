import { randomBytes, randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createCounterStore } from '#adapters/dynamodb/counter-store.ts';
import { deleteItems } from '#adapters/dynamodb/forgetting.ts';
import { countedEnd, type JudgedVerdict } from '#adapters/dynamodb/judgement-item.ts';
import { createJudgementStore, type JudgementStore } from '#adapters/dynamodb/judgement-store.ts';
import { packJson } from '#adapters/dynamodb/packed-json.ts';
import { createSeriesStore, type SeriesStore } from '#adapters/dynamodb/series-store.ts';
import {
  createVerdictJournal,
  type JournalledChange,
  type VerdictJournal,
} from '#adapters/dynamodb/verdict-journal.ts';
import { evaluator } from '#core/cost/measured-calls.ts';
import { type JudgeTask, judgementKey } from '#core/judging/judgement.ts';
import { type DirtyHour, dirtySortKey } from '#core/series/keys.ts';
import { SeriesSet, verdictSource } from '#core/series/series-set.ts';
import { summariseVerdicts } from '#core/series/summarise-hour.ts';
import { day, hour, hourKey, minute, second } from '#core/time.ts';
import { TickMemory } from '#lambdas/slo-evaluator/memory/tick-memory.ts';
import { testRubric } from '../support/catalogue.ts';
import { endJudgement, judgedVerdict, judgeTask } from '../support/judgements.ts';
import { createTables, type ProxiedTables, startTables } from '../support/tables.ts';

const start = Date.parse('2026-11-03T10:00:00Z');
const rubric = { id: testRubric().id, version: testRubric().version };
const dirty: DirtyHour = { of: 'verdicts', surface: 'chat', hour: hourKey(start), rubric };

let tables: ProxiedTables;
let worlds = 0;

beforeAll(async () => {
  tables = await startTables([]);
});

afterAll(() => tables.close());

type End = JudgedVerdict | { readonly state: 'unjudgeable' | 'dlq'; readonly reason: string };

/** A batch of the judge's on its way: its ends are stored, then marked, then journalled. */
interface Batch {
  readonly tasks: readonly (readonly [JudgeTask, End | undefined])[];
  stage: 'stored' | 'marked';
  marked: readonly JournalledChange[];
}

/** Judges and an evaluator on tables of their own. */
class World {
  readonly #names: { readonly series: string; readonly judgements: string };
  readonly store: SeriesStore;
  readonly judgements: JudgementStore;
  readonly journal: VerdictJournal;
  readonly batches: Batch[] = [];
  memory: TickMemory;
  /** Of the wall. */
  clock = start;
  #stamps = 0;

  private constructor(names: { readonly series: string; readonly judgements: string }) {
    this.#names = names;
    this.store = createSeriesStore(tables.dynamo, names.series);
    this.judgements = createJudgementStore(tables.dynamo, names.judgements, { texts: day, scores: day });
    this.journal = createVerdictJournal(tables.dynamo, names);
    this.memory = this.makeMemory();
  }

  static async make(): Promise<World> {
    worlds += 1;
    const names = { series: `series-${worlds}`, judgements: `judgements-${worlds}` };
    await createTables(tables.dynamo, Object.values(names));
    return new World(names);
  }

  makeMemory(): TickMemory {
    return new TickMemory({
      store: this.store,
      judgements: this.judgements,
      journal: this.journal,
      clock: () => this.clock,
      baselineColumns: () => () => true,
    });
  }

  /** Judges responses, up to where their ends are stored. */
  async judge(ends: readonly (readonly [number, End])[], redrive = 0): Promise<Batch> {
    const tasks = ends.map(([id, end]) => [taskOf(id, redrive), end] as const);
    for (const [task, end] of tasks) await endJudgement(this.judgements, task, end);
    const batch: Batch = { tasks, stage: 'stored', marked: [] };
    this.batches.push(batch);
    return batch;
  }

  /** @param skew of the judge's clock, milliseconds */
  async step(batch: Batch, skew = 0): Promise<void> {
    this.#stamps += 1;
    if (batch.stage === 'stored') {
      batch.marked = await this.journal.mark(
        batch.tasks.map(([task, end]) => ({
          hour: dirty,
          verdict: end === undefined ? undefined : countedEnd(task, 'state' in end ? end.state : end),
        })),
        `stamp-${this.#stamps}`,
      );
      batch.stage = 'marked';
    } else {
      await this.journal.write(batch.marked, this.clock + skew, `stamp-${this.#stamps}`);
      this.batches.splice(this.batches.indexOf(batch), 1);
    }
  }

  async finish(): Promise<void> {
    for (const batch of [...this.batches]) while (this.batches.includes(batch)) await this.step(batch);
  }

  isUnderWay(id: number): boolean {
    const { responseId } = taskOf(id);
    return this.batches.some(({ tasks }) => tasks.some(([task]) => task.responseId === responseId));
  }

  async forget(id: number): Promise<void> {
    await deleteItems(tables.dynamo, this.#names.judgements, [judgementKey(taskOf(id))]);
    this.#stamps += 1;
    await createCounterStore(tables.dynamo, this.#names.series).markDirty([dirty], `stamp-${this.#stamps}`);
  }

  async tick(at: number, memory = this.memory): Promise<void> {
    const { marks } = await this.store.readControl();
    memory.advance(at);
    await memory.readRecent(marks);
    await memory.update('chat', marks, at);
  }

  /** The hour as the evaluator has it. */
  held(memory = this.memory) {
    return memory.seriesSet.packDay('chat', '*', start);
  }

  /** The hour as its verdicts say. */
  async whole() {
    const seriesSet = new SeriesSet();
    const all = await this.judgements.readHour('chat', rubric, dirty.hour);
    seriesSet.replaceHour('chat', verdictSource(rubric), dirty.hour, summariseVerdicts(rubric, all));
    return seriesSet.packDay('chat', '*', start);
  }
}

function taskOf(id: number, redrive = 0): JudgeTask {
  return judgeTask(`response ${id}`, start + (id % 6) * 7 * minute, {
    redrive,
    cohort: id % 2 === 0 ? 'eu' : 'us',
    ...(id % 3 === 0 && { traceId: `conversation ${id % 9}` }),
  });
}

const passed = judgedVerdict(5, { returnedModel: 'a-judge' });
const unreadable: End = { state: 'unjudgeable', reason: 'unreadable' };
const buried: End = { state: 'dlq', reason: 'its tries are spent' };

/** What can happen next: to responses that are new, and to batches on their way. */
const event = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      what: fc.constant('judge' as const),
      count: fc.integer({ min: 1, max: 3 }),
      end: fc.constantFrom(passed, passed, unreadable, buried),
    }),
  },
  {
    weight: 8,
    arbitrary: fc.record({
      what: fc.constant('step' as const),
      which: fc.nat(5),
      skew: fc.integer({ min: -3 * second, max: 3 * second }),
    }),
  },
  { weight: 5, arbitrary: fc.record({ what: fc.constant('tick' as const) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      what: fc.constantFrom('crash' as const, 'redrive' as const, 'again' as const),
      which: fc.nat(5),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ what: fc.constantFrom('cold' as const, 'forget' as const, 'next hour' as const) }),
  },
);

describe('the verdicts of an hour, read as they come', () => {
  it('are those of the whole hour whatever comes in between', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(event, { minLength: 20, maxLength: 50 }), async (events) => {
        const world = await World.make();
        let made = 0;
        let now = start + 50 * minute;
        const ends: End[] = [];
        for (const each of events) {
          world.clock += second;
          const batch =
            'which' in each ? world.batches[each.which % Math.max(1, world.batches.length)] : undefined;
          if (each.what === 'judge') {
            await world.judge(Array.from({ length: each.count }, (_, index) => [made + index, each.end]));
            for (let index = 0; index < each.count; index += 1) ends.push(each.end);
            made += each.count;
          } else if (each.what === 'step') {
            if (batch !== undefined) await world.step(batch, each.skew);
          } else if (each.what === 'tick') {
            now += minute;
            await world.tick(now);
          } else if (each.what === 'crash') {
            // Its messages come again: their ends are found, and what they were is not known.
            if (batch === undefined) continue;
            world.batches.splice(world.batches.indexOf(batch), 1);
            world.batches.push({
              tasks: batch.tasks.map(([task]) => [task, undefined]),
              stage: 'stored',
              marked: [],
            });
          } else if (each.what === 'again') {
            if (batch !== undefined) world.batches.push({ ...batch, stage: 'stored', marked: [] });
          } else if (each.what === 'redrive') {
            const id = ends.indexOf(buried);
            if (id < 0) continue;
            ends[id] = passed;
            await world.judge([[id, passed]], 1);
          } else if (each.what === 'cold') world.memory = world.makeMemory();
          else if (each.what === 'forget') {
            if (made > 0 && !world.isUnderWay(made - 1)) await world.forget(made - 1);
          } else now = Math.max(now, start + hour);
        }
        await world.finish();
        await world.tick(now + minute);
        expect(world.held()).toEqual(await world.whole());
      }),
      { numRuns: 8, endOnFailure: true },
    );
  });

  it('are read once: a tick reads what came since the last, closed hours included', async () => {
    const world = await World.make();
    const verdictsOf = (ids: readonly number[]) => ids.map((id) => [id, passed] as const);
    await world.judge(verdictsOf(Array.from({ length: 60 }, (_, id) => id)));
    await world.finish();
    await world.tick(start + 50 * minute);
    const before = tables.proxy.answered.length;
    for (const [index, at] of [51, 52, 60, 61, 62].entries()) {
      await world.judge(verdictsOf([100 + index]));
      await world.finish();
      world.clock += minute;
      await world.tick(start + at * minute);
    }
    const read = tables.proxy.answered.slice(before).flatMap(({ operation, body }) => {
      const values = (body.ExpressionAttributeValues ?? {}) as Record<string, { S?: string }>;
      return operation === 'Query' ? [String(values[':pk']?.S).split('#')[0]] : [];
    });
    expect(read).not.toContain('judgement');
    expect(read.filter((partition) => partition === 'recent')).toHaveLength(5);
    expect(world.held()).toEqual(await world.whole());
  });

  it('are read whole where somebody deleted some of them meanwhile', async () => {
    const world = await World.make();
    await world.judge([[1, passed]]);
    await world.finish();
    await world.tick(start + 50 * minute);
    await world.forget(1);
    await world.judge([[2, passed]]);
    await world.finish();
    await world.tick(start + 51 * minute);
    expect(world.held()).toEqual(await world.whole());
  });

  it('are read whole where they are too many for an entry of the journal, or it was not written', async () => {
    const world = await World.make();
    await world.judge([[1, passed]]);
    await world.finish();
    await world.tick(start + 50 * minute);
    world.clock += minute;
    await world.step(await world.judge([[2, passed]]));
    const verdict = countedEnd(taskOf(2), passed);
    if (verdict === undefined) throw new Error('a first judgement counts');
    const verdicts = Array.from({ length: 1_000 }, () => ({
      ...verdict,
      cohort: randomBytes(450).toString('base64'),
    }));
    await world.journal.write([{ hour: 'any', life: 'any', changes: 1, verdicts }], world.clock, 'large');
    expect(await world.journal.readSince(world.clock)).toEqual([]);
    await world.tick(start + 51 * minute);
    expect(world.held()).toEqual(await world.whole());
  });

  it('name no response and no conversation in the journal', async () => {
    const world = await World.make();
    const { clock } = world;
    await world.judge([[3, passed]]);
    await world.finish();
    const entries = JSON.stringify(await world.journal.readSince(clock));
    expect(entries).toContain('helpfulness');
    expect(entries).not.toContain('response 3');
    expect(entries).not.toContain('conversation');
  });

  it('cost what the bill reckons with: a unit to write an entry of ten, and a fiftieth of one to read a verdict', () => {
    for (const surfaces of [1, 10]) {
      const hours = Array.from({ length: surfaces }, (_, index) => ({
        hour: dirtySortKey({ ...dirty, surface: `surface-${index}` }),
        life: randomBytes(12).toString('hex'),
        changes: 100 + index,
        verdicts: Array.from({ length: 10 / surfaces }, () => {
          const end = { ...passed, returnedModel: 'a-judge-2026-04-14' };
          const verdict = countedEnd({ ...taskOf(3), responseId: randomUUID(), traceId: randomUUID() }, end);
          return verdict ?? [];
        }).flat(),
      }));
      const { length } = packJson(hours);
      expect(length).toBeLessThan(950);
      expect(length / 4_096 / 10).toBeLessThan(1.1 * evaluator.readUnitsPerVerdict);
    }
  });
});
