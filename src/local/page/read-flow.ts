import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { SQSClient } from '@aws-sdk/client-sqs';
import { getAll } from '#adapters/dynamodb/batch-calls.ts';
import type { JudgementStore } from '#adapters/dynamodb/judgement-store.ts';
import { unpackJson } from '#adapters/dynamodb/packed-json.ts';
import type { SeriesStore } from '#adapters/dynamodb/series-store.ts';
import { readDepths } from '#adapters/sqs/queue-depth.ts';
import type { Catalogue } from '#core/catalogue/catalogue.ts';
import { byEndState, endStates } from '#core/judging/judgement.ts';
import { env } from '#core/names.ts';
import { describeReason } from '#core/report/end-reasons.ts';
import type { ControlReading, DirtyMark } from '#core/series/control.ts';
import { pipelineSurface, rollupPartition, rollupSortKey } from '#core/series/keys.ts';
import { describeNotes, isNote, NoteTally } from '#core/series/record-notes.ts';
import {
  type FreshColumns,
  type PackedDay,
  SeriesSet,
  sumColumn,
  verdictSource,
} from '#core/series/series-set.ts';
import { summariseCounts, summariseVerdicts } from '#core/series/summarise-hour.ts';
import { day, freezeAfter } from '#core/time.ts';
import { visibleText } from '#core/triage/visible-text.ts';
import { EndReasonReader, findHoursOfEnds } from '../report/read-end-reasons.ts';
import type { FlowView } from './page-state.ts';

/** Days that the balance looks back on. */
export const flowDays = 30;

/** Of a sentence about records. */
const mostCharacters = 500;

/** An hour that was marked in the last tick is read again; more of them than this can only be a backlog. */
const mostOpenHours = 48;

export interface FlowSources {
  readonly dynamo: DynamoDBClient;
  readonly seriesTable: string;
  readonly series: SeriesStore;
  readonly judgements: JudgementStore;
  readonly sqs: SQSClient;
  readonly catalogue: Catalogue;
}

/**
 * Counts where the records are without scanning a table: from the roll-ups, as the evaluator keeps them, and for hours
 * that are still open from their source. Days that can no longer change are read once.
 */
export class FlowReader {
  readonly #use: FlowSources;
  readonly #seriesSet = new SeriesSet();
  readonly #reasons: EndReasonReader;
  #readUpTo: number | undefined;

  constructor(use: FlowSources) {
    this.#use = use;
    this.#reasons = new EndReasonReader(use.judgements);
  }

  async read(control: ControlReading, now: number): Promise<FlowView> {
    await this.#readDays(now);
    await Promise.all(control.marks.slice(-mostOpenHours).map((mark) => this.#readOpenHour(mark)));
    const oldest = now - flowDays * day;
    this.#seriesSet.forgetBefore({ whole: oldest, parts: oldest });
    const [waiting, told] = await Promise.all([this.#readQueues(), this.#tell(oldest)]);
    return { ...this.#count(), late: control.tick?.late ?? 0, waiting, told };
  }

  async #tell(from: number): Promise<string[]> {
    const surfaces = this.#surfaces();
    const reasons = await this.#reasons.read(findHoursOfEnds(this.#seriesSet, surfaces, from));
    const tally = new NoteTally();
    for (const surface of surfaces)
      for (const [name, column] of this.#seriesSet.slices(surface).get('*') ?? [])
        if (isNote(name)) tally.add(name, sumColumn(column, from, Number.POSITIVE_INFINITY));
    return [...describeNotes(tally.notes), ...reasons.map(describeReason)].map((line) =>
      visibleText(line, mostCharacters),
    );
  }

  async #readDays(now: number): Promise<void> {
    const { dynamo, seriesTable } = this.#use;
    const oldest = now - flowDays * day;
    const from = Math.max(oldest, (this.#readUpTo ?? oldest) - freezeAfter - day);
    const keys = this.#surfaces().flatMap((surface) => {
      const days = Math.max(0, Math.ceil((now - from) / day));
      return Array.from({ length: days + 1 }, (_, ago) => ({
        pk: rollupPartition(surface),
        sk: rollupSortKey(now - ago * day, '*'),
      }));
    });
    for (const { pk, sk, columns } of await getAll(dynamo, seriesTable, keys)) {
      const packed = unpackJson<PackedDay>(columns);
      const flow = Object.fromEntries(Object.entries(packed).filter(([name]) => isFlow(name)));
      this.#seriesSet.unpackDay(
        String(pk).slice(rollupPartition('').length),
        '*',
        String(sk).slice(0, 10),
        flow,
      );
    }
    this.#readUpTo = now;
  }

  async #readOpenHour({ dirty }: DirtyMark): Promise<void> {
    const { series, judgements } = this.#use;
    const { surface, hour } = dirty;
    if (dirty.of === 'counts') {
      const slices = summariseCounts(hour, await series.readCounts(surface, hour));
      this.#seriesSet.replaceHour(surface, 'counts', hour, new Map([['*', flowColumns(slices.get('*'))]]));
    } else {
      const verdicts = await judgements.readHour(surface, dirty.rubric, hour);
      const slices = summariseVerdicts(dirty.rubric, verdicts);
      this.#seriesSet.replaceHour(
        surface,
        verdictSource(dirty.rubric),
        hour,
        new Map([['*', flowColumns(slices.get('*'))]]),
      );
    }
  }

  #surfaces(): string[] {
    return [...this.#use.catalogue.surfaces.map(({ surface }) => surface), pipelineSurface];
  }

  #count(): Omit<FlowView, 'late' | 'waiting' | 'told'> {
    const sums = new Map<string, number>();
    for (const surface of this.#surfaces()) {
      for (const [name, column] of this.#seriesSet.slices(surface).get('*') ?? []) {
        const kind = kindOf(name);
        for (const value of column.values()) sums.set(kind, (sums.get(kind) ?? 0) + value);
      }
    }
    const count = (kind: string) => sums.get(kind) ?? 0;
    return {
      received: count('n') + count('feedback') + count('rejected') + count('gatewayFailures'),
      responses: count('n'),
      feedback: count('feedback'),
      rejected: count('rejected'),
      sampled: count('sampled'),
      // What was rescored was not sampled for it.
      ...byEndState((state) => count(state) - count(`back:${state}`)),
    };
  }

  async #readQueues(): Promise<FlowView['waiting']> {
    const urls = {
      judge: process.env[env.judgeQueueUrl],
      dlq: process.env[env.judgeDlqUrl],
      rejected: process.env[env.rejectedQueueUrl],
    };
    const known = Object.entries(urls).flatMap(([name, url]) =>
      url === undefined || url === '' ? [] : [[name, url] as const],
    );
    const depths = await readDepths(this.#use.sqs, Object.fromEntries(known));
    return { judge: depths.judge ?? null, dlq: depths.dlq ?? null, rejected: depths.rejected ?? null };
  }
}

const kinds: readonly string[] = [
  ...['n', 'feedback', 'gatewayFailures', 'sampled', 'rejected'],
  ...endStates.flatMap((state) => [state, `back:${state}`]),
];

/** `rejected:form` counts as `rejected`, `v:helpfulness@1|judged` as `judged`. */
function kindOf(column: string): string {
  if (column.startsWith('v:')) return column.slice(column.indexOf('|') + 1);
  return column.startsWith('rejected:') ? 'rejected' : column;
}

function isFlow(column: string): boolean {
  return kinds.includes(kindOf(column)) || isNote(column);
}

function flowColumns(columns: FreshColumns | undefined): FreshColumns {
  return new Map([...(columns ?? [])].filter(([name]) => isFlow(name)));
}
