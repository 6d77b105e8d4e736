import { maxMessageBytes, messageBytes, type OutgoingMessage } from '#adapters/sqs/queue.ts';
import { type Catalogue, rubricsOf, type Surface, surfaceOf } from '#core/catalogue/catalogue.ts';
import { type JudgeTask, judgeFingerprint } from '#core/judging/judgement.ts';
import { parseRecord } from '#core/record/parse-record.ts';
import type { Rejection } from '#core/record/rejection.ts';
import type { FeedbackRecord, ResponseRecord } from '#core/record/response-record.ts';
import { userHash } from '#core/record/user-hash.ts';
import { compileRedaction, type RedactionRules } from '#core/redaction/redact.ts';
import { redactTexts } from '#core/redaction/redact-texts.ts';
import { isSampled, samplingKey } from '#core/sampling.ts';
import { add, countAttempt, countResponse, type Increments } from '#core/series/count-record.ts';
import { noCohort, overflowName, pipelineSurface, type Slice } from '#core/series/keys.ts';
import { bucketWidth, floorTo } from '#core/time.ts';

export interface IncomingMessage {
  readonly messageId: string;
  readonly body: string;
  /** Epoch milliseconds. */
  readonly sentAt: number;
  /** How often SQS has handed it out, this time included. */
  readonly receives: number;
}

/** A rejected message leaves room for the attributes that tell why. */
const maxRejectedBytes = maxMessageBytes - 4_096;

interface Queued {
  readonly id: string;
  readonly message: OutgoingMessage;
}

/** What one record adds, and where. Kept per record until its forwarding is known to have worked. */
export interface Count {
  readonly id: string;
  readonly surface: string;
  readonly at: number;
  readonly slices: readonly Slice[];
  /** `takesAway`: a negative feedback that is the first of its response. */
  readonly apply: (increments: Increments, takesAway: boolean) => void;
  /** The response that a negative feedback is about. */
  readonly negativeOf?: string;
}

/** Where the records of a surface go. */
interface Route {
  readonly surface: Surface;
  readonly redaction: RedactionRules;
  readonly rubrics: readonly { readonly rubric: JudgeTask['rubric']; readonly fingerprint: string }[];
}

/** What a batch asks for: messages to forward and to reject, and what each record adds to the counters. */
export class BatchPlan {
  readonly forwards: Queued[] = [];
  readonly rejections: Queued[] = [];
  readonly counts: Count[] = [];
  readonly #catalogue: Catalogue;
  /** By surface, the cohorts and releases of this batch. */
  readonly #seen = new Map<string, Set<Slice>>();
  readonly #routes = new Map<string, Route>();

  constructor(catalogue: Catalogue) {
    this.#catalogue = catalogue;
  }

  read(message: IncomingMessage): void {
    const parsed = parseRecord(message.body, message.sentAt);
    switch (parsed.kind) {
      case 'rejected':
        this.#reject(message, parsed.rejection);
        break;
      case 'feedback':
        this.#readFeedback(message, parsed.record, parsed.at);
        break;
      case 'provider-failure':
        this.#readFailure(message, parsed.record, parsed.at);
        break;
      case 'response':
        this.#readResponse(message, parsed.record, parsed.at);
        break;
      default:
        parsed satisfies never;
    }
  }

  #readFailure(message: IncomingMessage, record: ResponseRecord, at: number): void {
    const { surface } = this.#route(record.surface);
    this.#count(message, surface.surface, at, record, (increments) => {
      add(increments, 'gatewayFailures', 1);
      countAttempt(increments, record.provider, 'error');
    });
  }

  #readResponse(message: IncomingMessage, record: ResponseRecord, at: number): void {
    const { surface, redaction, rubrics } = this.#route(record.surface);
    const judgeable = isJudgeable(record);
    const sampled = judgeable && isSampled(samplingKey(record), surface.sampleRate);
    if (sampled) {
      const redacted = redactTexts(textsOf(record), redaction);
      const tasks = rubrics.map(({ rubric, fingerprint }) => ({
        body: JSON.stringify({ ...judgeTask(record, surface, rubric, fingerprint), ...redacted }),
      }));
      const largest = Math.max(...tasks.map(messageBytes));
      if (largest > maxMessageBytes) {
        this.#reject(message, {
          kind: 'oversized-text',
          reason: `Wanted texts that fit a message of ${maxMessageBytes} bytes together with what a judgement adds to them, got ${largest} bytes. Log a shortened text.`,
        });
        return;
      }
      this.forwards.push(...tasks.map((task) => ({ id: message.messageId, message: task })));
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
    this.counts.push({
      id: message.messageId,
      surface: surface.surface,
      at: floorTo(responseAt, bucketWidth),
      slices: this.#slices(surface.surface, record),
      apply: (increments, takesAway) => {
        add(increments, 'feedback', 1);
        if (takesAway) add(increments, 'negative', 1);
      },
      ...(!record.accepted && { negativeOf: record.id }),
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
      slices: this.#slices(surface, record),
      apply,
    });
  }

  /**
   * Where a record counts. A batch that names more cohorts and releases than the catalogue allows a surface counts the
   * rest as others, so that a sender who puts user ids there does not make a table write of each record.
   */
  #slices(
    surface: string,
    { cohort, release }: { readonly cohort?: string | undefined; readonly release?: string | undefined },
  ): Slice[] {
    let seen = this.#seen.get(surface);
    if (seen === undefined) {
      seen = new Set();
      this.#seen.set(surface, seen);
    }
    const { maxCohorts } = this.#catalogue;
    const named = (slice: Slice): Slice => {
      if (seen.size >= maxCohorts && !seen.has(slice))
        return `${slice.slice(0, 2) as 'c:' | 'r:'}${overflowName}`;
      seen.add(slice);
      return slice;
    };
    const own = named(`c:${cohort ?? noCohort}`);
    return release === undefined ? [own] : [own, named(`r:${release}`)];
  }

  #route(name: string): Route {
    let route = this.#routes.get(name);
    if (route === undefined) {
      const surface = surfaceOf(this.#catalogue, name);
      const rubrics = rubricsOf(this.#catalogue, surface.surface).map((rubric) => ({
        rubric: { id: rubric.id, version: rubric.version },
        fingerprint: judgeFingerprint(rubric),
      }));
      route = { surface, redaction: compileRedaction(surface.redaction), rubrics };
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

function judgeTask(
  record: ResponseRecord,
  surface: Surface,
  rubric: JudgeTask['rubric'],
  fingerprint: string,
): Omit<JudgeTask, 'texts' | 'redactions'> {
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
    userHash: record.user === undefined || record.user === '' ? undefined : userHash(record.user),
  };
}

/** What of a record the judge sees, and what is stored: nothing of its metadata, and no key that has no field. */
function textsOf({ request, response, context }: ResponseRecord): JudgeTask['texts'] {
  return {
    request: { messages: request?.messages ?? [] },
    response: { content: response?.content ?? '' },
    ...(context !== undefined && { context }),
  };
}
