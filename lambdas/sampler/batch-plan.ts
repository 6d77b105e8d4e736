import { maxMessageBytes, messageBytes, type OutgoingMessage } from '#adapters/sqs/queue.ts';
import { type Catalogue, rubricsOf, type Surface, surfaceOf } from '#core/catalogue/catalogue.ts';
import { type JudgeTask, judgeFingerprint } from '#core/judging/judgement.ts';
import { type ParsedRecord, parseRecord } from '#core/record/parse-record.ts';
import type { Rejection } from '#core/record/rejection.ts';
import type { ResponseRecord } from '#core/record/response-record.ts';
import { compileRedaction, type RedactionRules } from '#core/redaction/redact.ts';
import { redactTexts } from '#core/redaction/redact-texts.ts';
import { isSampled, samplingKey } from '#core/sampling.ts';
import {
  add,
  countAttempt,
  countResponse,
  countSampled,
  countUnusable,
  type Increments,
  mostColumnsOf,
  type ProviderNames,
  providersOf,
} from '#core/series/count-record.ts';
import { noCohort, pipelineSurface, type Slice } from '#core/series/keys.ts';
import { prefixed } from '#core/series/prefixed-names.ts';
import { bucketWidth, floorTo } from '#core/time.ts';
import type { CountedNames, NamesOfDay } from './counted-names.ts';
import { isJudgeable, taskOf, textsOf } from './task-of-record.ts';
import { notZoomed, type SamplerZoom } from './zoom.ts';

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

/** What is told of a record at which Assay itself fails. An error's own message could quote a text. */
export const internalFault: Rejection = {
  kind: 'internal',
  reason:
    'Assay failed at reading or counting this record, which is a defect of Assay: its other records are counted. Report the form of this record without its texts, and send it again when that is mended.',
};

interface Queued {
  readonly id: string;
  readonly message: OutgoingMessage;
}

/** A judgement to ask for, of a record that counts so. */
export interface Forward extends Queued {
  readonly count: Count;
}

/** What one record adds, and where. Kept per record until its forwarding is known to have worked. */
export interface Count {
  readonly message: IncomingMessage;
  readonly surface: string;
  /** Start of its bucket. */
  readonly at: number;
  /** Its cohort, and its release where it has one, as its sender names them. */
  readonly slices: readonly [Slice, ...Slice[]];
  /** Of its surface and day. */
  readonly names: NamesOfDay;
  /** It has a name that is to be claimed before it can count under it. */
  readonly isNew: boolean;
  /** `takesAway`: a negative feedback that is the first of its response. */
  readonly apply: (increments: Increments, takesAway: boolean, providerNames: ProviderNames) => void;
  /** The most columns that it can add to. */
  readonly mostColumns: number;
  /** The response that a negative feedback is about. */
  readonly negativeOf: string | undefined;
}

type Read<Kind extends ParsedRecord['kind']> = Extract<ParsedRecord, { readonly kind: Kind }>;

/** Where the records of a surface go. */
interface Route {
  readonly surface: Surface;
  readonly redaction: RedactionRules;
  readonly rubrics: readonly { readonly rubric: JudgeTask['rubric']; readonly fingerprint: string }[];
}

/** What a batch asks for: messages to forward and to reject, and what each record adds to the counters. */
export class BatchPlan {
  readonly forwards: Forward[] = [];
  readonly rejections: Queued[] = [];
  readonly counts: Count[] = [];
  readonly #catalogue: Catalogue;
  readonly #names: CountedNames;
  readonly #zoom: Pick<SamplerZoom, 'samplingOf'>;
  readonly #routes = new Map<string, Route>();

  constructor(catalogue: Catalogue, names: CountedNames, zoom: Pick<SamplerZoom, 'samplingOf'> = notZoomed) {
    this.#catalogue = catalogue;
    this.#names = names;
    this.#zoom = zoom;
  }

  /** A record at which reading fails costs itself and no other. */
  read(message: IncomingMessage): void {
    try {
      this.#read(message);
    } catch {
      this.reject(message, internalFault);
    }
  }

  #read(message: IncomingMessage): void {
    const parsed = parseRecord(message.body, message.sentAt);
    switch (parsed.kind) {
      case 'rejected':
        this.reject(message, parsed.rejection);
        break;
      case 'feedback':
        this.#readFeedback(message, parsed);
        break;
      case 'provider-failure':
        this.#readFailure(message, parsed);
        break;
      case 'response':
        this.#readResponse(message, parsed);
        break;
      default:
        parsed satisfies never;
    }
  }

  #readFailure(message: IncomingMessage, { record, at, unusable }: Read<'provider-failure'>): void {
    const { surface } = this.#route(record.surface);
    this.#count(message, surface.surface, at, record, (increments, _, providerNames) => {
      add(increments, 'gatewayFailures', 1);
      countAttempt(increments, record.provider, 'error', providerNames);
      countUnusable(increments, unusable);
    });
  }

  #readResponse(message: IncomingMessage, { record, at, unusable }: Read<'response'>): void {
    const { surface, redaction, rubrics } = this.#route(record.surface);
    const isRepeated = this.#names.seen.note(surface.surface, record.id, at);
    let judgeable = isJudgeable(record);
    const sampling = this.#zoom.samplingOf(surface, record.traceId, message.sentAt);
    let sampled = judgeable && isSampled(samplingKey(record), sampling.probability);
    let messages: OutgoingMessage[] = [];
    if (sampled) {
      const redacted = redactTexts(textsOf(record), redaction);
      messages = rubrics.map((asked) => ({
        body: JSON.stringify({ ...taskOf(record, at, surface, sampling, asked), ...redacted }),
      }));
      if (messages.some((each) => messageBytes(each) > maxMessageBytes)) {
        messages = [];
        [judgeable, sampled] = [false, false];
      }
    }
    const leftOut = isJudgeable(record) && !judgeable ? ['texts' as const, ...(unusable ?? [])] : unusable;
    const count = this.#count(message, surface.surface, at, record, (increments, _, providerNames) => {
      countResponse(increments, surface, record, providerNames);
      countUnusable(increments, leftOut);
      if (record.surface !== surface.surface) add(increments, 'overflow:surface', 1);
      if (isRepeated) add(increments, 'repeatedId', 1);
      if (judgeable) add(increments, 'judgeable', 1);
      else if (record.status === 'success') add(increments, 'textless', 1);
      if (sampled) countSampled(increments, sampling.zoom);
      if (message.receives > 1) add(increments, 'redelivered', 1);
    });
    for (const each of messages) this.forwards.push({ id: message.messageId, message: each, count });
  }

  #readFeedback(message: IncomingMessage, { record, at, unusable }: Read<'feedback'>): void {
    const { surface } = this.#route(record.surface);
    const count: Count['apply'] = (increments, takesAway) => {
      add(increments, 'feedback', 1);
      if (takesAway) add(increments, 'negative', 1);
      countUnusable(increments, unusable);
    };
    const { id, cohort, release, accepted } = record;
    this.#count(message, surface.surface, at, { cohort, release }, count, accepted ? undefined : id);
  }

  /** Puts a message aside with its reason, and counts it as rejected. */
  reject(message: IncomingMessage, rejection: Rejection): void {
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
    this.#count(message, pipelineSurface, message.sentAt, {}, (increments) =>
      add(increments, `rejected:${rejection.kind}`, 1),
    );
  }

  /** Notes the names that it has, to be claimed before it is added up. */
  #count(
    message: IncomingMessage,
    surface: string,
    at: number,
    record: CountedFields,
    apply: Count['apply'],
    negativeOf?: string,
  ): Count {
    const names = this.#names.of(surface, at);
    const slices = slicesOf(record);
    const noted = [
      names.note('cohort', slices[0]),
      slices[1] !== undefined && names.note('release', slices[1]),
      ...providersOf(record).map((each) => names.note('provider', each)),
    ];
    const count: Count = {
      message,
      surface,
      at: floorTo(at, bucketWidth),
      slices,
      names,
      isNew: noted.includes(true),
      apply,
      mostColumns: mostColumnsOf(this.#routes.get(surface)?.surface),
      negativeOf,
    };
    this.counts.push(count);
    return count;
  }

  #route(name: string): Route {
    const known = this.#routes.get(name);
    if (known !== undefined) return known;
    const surface = surfaceOf(this.#catalogue, name);
    // Unlisted names are as many as a sender likes; where they go there is one route.
    let route = this.#routes.get(surface.surface);
    if (route === undefined) {
      const rubrics = rubricsOf(this.#catalogue, surface.surface).map((rubric) => ({
        rubric: { id: rubric.id, version: rubric.version },
        fingerprint: judgeFingerprint(rubric),
      }));
      route = { surface, redaction: compileRedaction(surface.redaction), rubrics };
      this.#routes.set(surface.surface, route);
    }
    return route;
  }
}

/** What of a record says where it counts: of a response, a feedback, or neither. */
type CountedFields = Pick<Partial<ResponseRecord>, 'cohort' | 'release' | 'provider' | 'attempts'>;

const cohortSlice = prefixed('c:');
const releaseSlice = prefixed('r:');

function slicesOf({ cohort, release }: CountedFields): Count['slices'] {
  const own: Slice = cohortSlice(cohort ?? noCohort);
  return release === undefined ? [own] : [own, releaseSlice(release)];
}
