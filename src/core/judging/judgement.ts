import type { ResponseRecord } from '../record/response-record.ts';
import { sha256 } from '../rubric/content-hash.ts';
import { promptTemplateVersion } from '../rubric/prompt.ts';
import { hashedForm } from '../rubric/prompt-form.ts';
import { hashedRepeats } from '../rubric/repeats.ts';
import { type Rubric, rubricName } from '../rubric/rubric.ts';
import { hourKey } from '../time.ts';

/**
 * A judgement is one piece of judging work: response x rubric version x judge x repeat. This is the message on the
 * judge queue; it pins everything that decides what the verdict means.
 */
export interface JudgeTask {
  readonly responseId: string;
  /** ISO 8601: when the response was given. Its hour is part of the key. */
  readonly at: string;
  readonly surface: string;
  readonly rubric: { readonly id: string; readonly version: number };
  readonly fingerprint: string;
  /** 0 of a first judgement; others stand in no SLI: {@link comparisonRepeat}, and those of anchors, by their half-hour. */
  readonly repeat: number;
  /** Another response of the same hour has its id: this one's key holds its time as well. */
  readonly apart?: boolean;
  /** A response of the past, judged for this version's own history: nothing is owed to anybody, and no alarm takes it for news. */
  readonly rescored?: true | undefined;
  /** The chance this response had of being sampled, 0 to 1. */
  readonly probability: number;
  /** By how much the surface's sampling rate was multiplied for it; absent at the usual rate. */
  readonly zoom?: number | undefined;
  /** Raised by a redrive, so that a judgement that ended in the DLQ may be tried again. */
  readonly redrive: number;
  readonly cohort?: string | undefined;
  readonly release?: string | undefined;
  readonly model?: string | undefined;
  readonly traceId?: string | undefined;
  /** Of the user's id; the id itself goes no further than the sampler. */
  readonly userHash?: string | undefined;
  /** Finds that redaction replaced in the texts. */
  readonly redactions?: number | undefined;
  readonly texts: Pick<ResponseRecord, 'request' | 'response' | 'context'>;
}

/** What a judgement can end in: with a verdict, or without one for the reason that it keeps. */
export const endStates = ['judged', 'unjudgeable', 'shed', 'dlq'] as const;
export type EndState = (typeof endStates)[number];
export type EndWithoutVerdict = Exclude<EndState, 'judged'>;

/** The states a judgement can be in: under way, or in its end state. */
export const judgementStates = ['leased', 'waiting', ...endStates] as const;
export type JudgementState = (typeof judgementStates)[number];

/** Whether nothing can follow an end. What lies in the dead-letter queue may still be redriven. */
const isForGood: Readonly<Record<EndState, boolean>> = {
  judged: true,
  unjudgeable: true,
  shed: true,
  dlq: false,
};

/** One value for each end state. */
export function byEndState<Value>(read: (state: EndState) => Value): Record<EndState, Value> {
  return Object.fromEntries(endStates.map((state) => [state, read(state)])) as Record<EndState, Value>;
}

/** Ends that nothing follows. */
export const finalStates = endStates.filter((state) => isForGood[state]);

/**
 * Fingerprint of the judge: model, parameters, prompt form and template, how often it is asked; 12 hexadecimal digits. Verdicts of another
 * fingerprint are another judge's and never share a calibration.
 */
export function judgeFingerprint(rubric: Rubric): string {
  return fingerprintsOf(rubric)[0] ?? '';
}

/**
 * Whether a fingerprint is that of a rubric's judge under an earlier form of the prompt: a response that was sampled before
 * Assay was updated.
 */
export function isEarlierFingerprint(rubric: Rubric, fingerprint: string): boolean {
  return fingerprintsOf(rubric).indexOf(fingerprint) > 0;
}

/** A rubric never changes, and each tick asks for the fingerprints of its judge many times. */
const fingerprints = new WeakMap<Rubric, readonly string[]>();

/** Under each form of the prompt, the present one first. */
function fingerprintsOf(rubric: Rubric): readonly string[] {
  let known = fingerprints.get(rubric);
  if (known === undefined) {
    const { model, parameters, maxOutputTokens, maxInputCharacters, form } = rubric.judge;
    const judge = {
      ...{ model, parameters, maxOutputTokens, maxInputCharacters },
      ...{ ...hashedForm(form), ...hashedRepeats(rubric) },
    };
    known = Array.from({ length: promptTemplateVersion }, (_, index) => {
      const version = { promptTemplateVersion: promptTemplateVersion - index };
      return sha256({ ...judge, ...version }).slice(0, 12);
    });
    fingerprints.set(rubric, known);
  }
  return known;
}

/** Which judge under which rubric version: `helpfulness@1#3f2a9c0d1e2f`. */
export function judgeName(rubric: { id: string; version: number }, fingerprint: string): string {
  return `${rubricName(rubric)}#${fingerprint}`;
}

/** {@link judgeName} of the judge that a rubric asks now. */
export function presentJudgeName(rubric: Rubric): string {
  return judgeName(rubric, judgeFingerprint(rubric));
}

/**
 * The repeat of a judgement that was asked for a comparison of versions: one a response and judge, so that it is never asked
 * twice. Anchors' lie far over it. That a rubric has its judge asked more than once makes no key: its askings are
 * one item's.
 */
export const comparisonRepeat = 100;

export interface JudgementKey {
  readonly pk: string;
  readonly sk: string;
}

export type JudgementIdentity = Pick<
  JudgeTask,
  'responseId' | 'at' | 'surface' | 'rubric' | 'fingerprint' | 'repeat' | 'apart'
>;

/** Partition of all judgements of an hour of one surface and rubric version: one Query reads it. */
export function judgementPartition(
  surface: string,
  rubric: { id: string; version: number },
  hour: string,
): string {
  return `judgement#${surface}#${rubric.id}@${rubric.version}#${hour}`;
}

export function judgementKey(task: JudgementIdentity): JudgementKey {
  return {
    pk: judgementPartition(task.surface, task.rubric, hourKey(Date.parse(task.at))),
    sk: `${task.responseId}#${task.fingerprint}#${task.repeat}${task.apart === true ? `#${Date.parse(task.at)}` : ''}`,
  };
}

/** Longest `X-Client-Request-Id` that OpenAI takes; it answers 400 to a longer one. */
const maxNameCharacters = 512;

/**
 * The key as one string of visible ASCII, for the judge call's `X-Client-Request-Id`. Where ids in other scripts make
 * it too long, the partition gives way to its hash, and then the id to its own.
 */
export function judgementName(task: JudgementIdentity): string {
  const { pk, sk } = judgementKey(task);
  const names = [`${pk}#${sk}`, `${sha256(pk)}####${sk}`, `${sha256(pk)}####${sha256(sk)}`];
  const fitting = names.map(encodeURIComponent).find(({ length }) => length <= maxNameCharacters);
  return fitting ?? sha256(names);
}

/** The name of one asking about a judgement, by its place among them from 0: the first has the judgement's own. */
export function askingName(task: JudgementIdentity, index: number): string {
  const name = judgementName(task);
  const suffix = index === 0 ? '' : `.${index + 1}`;
  return name.length + suffix.length <= maxNameCharacters ? name + suffix : name;
}

/** The response id in a name that `judgementName` made: no part of a key holds "#". */
export function responseIdOf(name: string): string | undefined {
  try {
    return decodeURIComponent(name).split('#')[4];
  } catch {
    return undefined;
  }
}
