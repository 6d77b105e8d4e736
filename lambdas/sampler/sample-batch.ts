import type { CounterStore } from '#adapters/dynamodb/counter-store.ts';
import type { OutgoingMessage } from '#adapters/sqs/queue.ts';
import { type Catalogue, rubricsOf, type Surface, surfaceOf } from '#core/catalogue/catalogue.ts';
import { type JudgeTask, judgeFingerprint } from '#core/judging/judgement.ts';
import { parseRecord } from '#core/record/parse-record.ts';
import type { Rejection } from '#core/record/rejection.ts';
import type { FeedbackRecord, ResponseRecord } from '#core/record/response-record.ts';
import { isSampled, samplingKey } from '#core/sampling.ts';
import { add, countAttempt, countResponse, type Increments } from '#core/series/count-record.ts';
import {
  countKey,
  type DirtyHour,
  type ItemKey,
  noCohort,
  pipelineSurface,
  type Slice,
} from '#core/series/keys.ts';
import { bucketWidth, floorTo, hourKey } from '#core/time.ts';

export interface IncomingMessage {
  readonly messageId: string;
  readonly body: string;
  /** Epoch milliseconds. */
  readonly sentAt: number;
  /** How often SQS has handed it out, this time included. */
  readonly receives: number;
}

export interface SamplerDependencies {
  readonly catalogue: Catalogue;
  readonly counters: CounterStore;
  readonly forward: (messages: readonly OutgoingMessage[]) => Promise<boolean[]>;
  readonly reject: (messages: readonly OutgoingMessage[]) => Promise<boolean[]>;
  /** A new string at each call. */
  readonly stamp: () => string;
}

/** SQS's limit of a message, less room for the attributes that tell why it was rejected. */
const maxRejectedBytes = 1_048_576 - 4_096;

/**
 * Reads a batch, forwards the sampled responses to the judge queue and counts every record. Forwards first and counts
 * last: a crash in between forwards again, which the judge's lease makes harmless, and never counts less.
 *
 * @returns ids of messages that must come again: those that a queue or the table did not take
 */
export async function sampleBatch(
  dependencies: SamplerDependencies,
  messages: readonly IncomingMessage[],
): Promise<string[]> {
  const plan = new BatchPlan(dependencies.catalogue);
  for (const message of messages) plan.read(message);
  const failed = new Set<string>();
  const [forwarded, rejected] = await Promise.all([
    dependencies.forward(plan.forwards.map(({ message }) => message)),
    dependencies.reject(plan.rejections.map(({ message }) => message)),
  ]);
  for (const [index, { id }] of plan.forwards.entries()) if (forwarded[index] !== true) failed.add(id);
  for (const [index, { id }] of plan.rejections.entries()) if (rejected[index] !== true) failed.add(id);
  for (const id of await countAll(dependencies, plan, failed)) failed.add(id);
  return [...failed];
}

interface Queued {
  readonly id: string;
  readonly message: OutgoingMessage;
}

/** What one record adds, and where. Kept per record until its forwarding is known to have worked. */
interface Count {
  readonly id: string;
  readonly surface: string;
  readonly at: number;
  readonly slices: readonly Slice[];
  readonly apply: (increments: Increments) => void;
  readonly feedback?: { readonly responseId: string };
}

class BatchPlan {
  readonly forwards: Queued[] = [];
  readonly rejections: Queued[] = [];
  readonly counts: Count[] = [];
  readonly #catalogue: Catalogue;
  readonly #routes = new Map<
    string,
    { surface: Surface; rubrics: { rubric: JudgeTask['rubric']; fingerprint: string }[] }
  >();

  constructor(catalogue: Catalogue) {
    this.#catalogue = catalogue;
  }

  read(message: IncomingMessage): void {
    const parsed = parseRecord(message.body, message.sentAt);
    switch (parsed.kind) {
      case 'rejected':
        return this.#reject(message, parsed.rejection);
      case 'feedback':
        return this.#readFeedback(message, parsed.record, parsed.at);
      case 'provider-failure': {
        const { record } = parsed;
        const { surface } = this.#route(record.surface);
        return this.#count(message, surface.surface, parsed.at, record, (increments) => {
          add(increments, 'gatewayFailures', 1);
          countAttempt(increments, record.provider, 'error');
        });
      }
      case 'response':
        return this.#readResponse(message, parsed.record, parsed.at);
    }
  }

  #readResponse(message: IncomingMessage, record: ResponseRecord, at: number): void {
    const { surface, rubrics } = this.#route(record.surface);
    const judgeable = isJudgeable(record);
    const sampled = judgeable && isSampled(samplingKey(record), surface.sampleRate);
    if (sampled) {
      for (const { rubric, fingerprint } of rubrics) {
        const task = judgeTask(record, surface, rubric, fingerprint);
        this.forwards.push({ id: message.messageId, message: { body: JSON.stringify(task) } });
      }
    }
    this.#count(message, surface.surface, at, record, (increments) => {
      countResponse(increments, surface, record);
      if (judgeable) add(increments, 'judgeable', 1);
      if (sampled) add(increments, 'sampled', 1);
      if (message.receives > 1) add(increments, 'redelivered', 1);
    });
  }

  #readFeedback(message: IncomingMessage, record: FeedbackRecord, responseAt: number): void {
    const { surface } = this.#route(record.surface);
    const apply = (increments: Increments) => {
      add(increments, 'feedback', 1);
      if (!record.accepted) add(increments, 'negative', 1);
    };
    const slices = slicesOf(record);
    this.counts.push({
      id: message.messageId,
      surface: surface.surface,
      at: floorTo(responseAt, bucketWidth),
      slices,
      apply,
      ...(!record.accepted && { feedback: { responseId: record.id } }),
    });
  }

  #reject(message: IncomingMessage, rejection: Rejection): void {
    const whole = Buffer.byteLength(message.body) <= maxRejectedBytes;
    this.rejections.push({
      id: message.messageId,
      message: {
        body: whole ? message.body : message.body.slice(0, maxRejectedBytes / 4),
        attributes: {
          kind: rejection.kind,
          reason: rejection.reason,
          messageId: message.messageId,
          whole: String(whole),
        },
      },
    });
    this.counts.push({
      id: message.messageId,
      surface: pipelineSurface,
      at: floorTo(message.sentAt, bucketWidth),
      slices: [`c:${noCohort}`],
      apply: (increments) => add(increments, `rejected:${rejection.kind}`, 1),
    });
  }

  #count(
    message: IncomingMessage,
    surface: string,
    at: number,
    record: ResponseRecord,
    apply: (increments: Increments) => void,
  ): void {
    this.counts.push({
      id: message.messageId,
      surface,
      at: floorTo(at, bucketWidth),
      slices: slicesOf(record),
      apply,
    });
  }

  #route(name: string) {
    let route = this.#routes.get(name);
    if (route === undefined) {
      const surface = surfaceOf(this.#catalogue, name);
      const rubrics = rubricsOf(this.#catalogue, surface.surface).map((rubric) => ({
        rubric: { id: rubric.id, version: rubric.version },
        fingerprint: judgeFingerprint(rubric),
      }));
      route = { surface, rubrics };
      this.#routes.set(name, route);
    }
    return route;
  }
}

/** Only a finished answer with its request can be judged; errors and tool calls without text count in other SLIs. */
function isJudgeable(record: ResponseRecord): boolean {
  return (
    record.status === 'success' &&
    typeof record.response?.content === 'string' &&
    (record.request?.messages?.length ?? 0) > 0
  );
}

function slicesOf(record: { cohort?: string | undefined; release?: string | undefined }): Slice[] {
  const cohort: Slice = `c:${record.cohort ?? noCohort}`;
  return record.release === undefined ? [cohort] : [cohort, `r:${record.release}`];
}

function judgeTask(
  record: ResponseRecord,
  surface: Surface,
  rubric: JudgeTask['rubric'],
  fingerprint: string,
): JudgeTask {
  return {
    responseId: record.id,
    at: new Date(Date.parse(record.at)).toISOString(),
    surface: surface.surface,
    rubric,
    fingerprint,
    repeat: 0,
    probability: surface.sampleRate,
    redrive: 0,
    cohort: record.cohort,
    release: record.release,
    model: record.model,
    traceId: record.traceId,
    user: record.user,
    texts: {
      request: { messages: record.request?.messages ?? [] },
      response: { content: record.response?.content ?? '' },
      ...(record.context !== undefined && { context: record.context }),
    },
  };
}

/** One update per surface, slice and bucket. Returns the messages whose update failed. */
async function countAll(
  { counters, stamp }: SamplerDependencies,
  plan: BatchPlan,
  skipped: ReadonlySet<string>,
): Promise<string[]> {
  const failed: string[] = [];
  const groups = new Map<
    string,
    { key: ItemKey; surface: string; at: number; increments: Increments; ids: string[] }
  >();
  for (const count of plan.counts) {
    if (skipped.has(count.id)) continue;
    if (count.feedback !== undefined) {
      const first = await counters
        .claimFeedback(count.surface, count.feedback.responseId, count.id, count.at)
        .catch(() => undefined);
      if (first === undefined) failed.push(count.id);
      if (first !== true) continue;
    }
    for (const slice of count.slices) {
      const key = countKey(count.surface, count.at, slice);
      const name = `${key.pk}/${key.sk}`;
      let group = groups.get(name);
      if (group === undefined) {
        group = { key, surface: count.surface, at: count.at, increments: new Map(), ids: [] };
        groups.set(name, group);
      }
      count.apply(group.increments);
      group.ids.push(count.id);
    }
  }
  const changed: DirtyHour[] = [];
  await Promise.all(
    [...groups.values()].map(async ({ key, surface, at, increments, ids }) => {
      try {
        await counters.add(key, at, increments);
        changed.push({ of: 'counts', surface, hour: hourKey(at) });
      } catch {
        failed.push(...ids);
      }
    }),
  );
  if (changed.length === 0) return failed;
  try {
    await counters.markDirty(changed, stamp());
    return failed;
  } catch {
    return plan.counts.map(({ id }) => id);
  }
}
