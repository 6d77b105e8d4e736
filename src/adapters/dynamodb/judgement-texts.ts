import type { JudgeTask } from '#core/judging/judgement.ts';
import type { ItemKey } from '#core/series/keys.ts';
import { packJson, unpackJson } from './packed-json.ts';

/** The texts of a judgement: items of their own, for they are forgotten sooner than scores. */
export interface StoredTexts extends Pick<JudgeTask, 'texts'> {
  readonly reasons: Readonly<Record<string, string>>;
  /** Of the user's id, as it stands beside the texts; absent where the response named no user. */
  readonly userHash?: string | undefined;
}

/** Whose texts they are: those of the same judgement as a verdict. */
export interface TextIdentity
  extends Pick<JudgeTask, 'responseId' | 'surface' | 'rubric' | 'fingerprint' | 'repeat'> {
  /** Of the response: ISO 8601 or epoch milliseconds. */
  readonly at: string | number;
}

/** All of a response stand in one partition; the time is last, for not everybody who asks knows it. */
export function textKey(task: TextIdentity): ItemKey {
  const { pk, sk } = formerTextKey(task);
  return { pk, sk: `${task.surface}#${sk}#${new Date(task.at).toISOString()}` };
}

/** Where texts stood before one id could name several responses. */
export function formerTextKey(task: Omit<TextIdentity, 'at' | 'surface'>): ItemKey {
  return {
    pk: `text#${task.responseId}`,
    sk: `${task.rubric.id}@${task.rubric.version}#${task.fingerprint}#${task.repeat}`,
  };
}

/** DynamoDB takes items of 400 KB; prose packs to about a third. What still does not fit loses its request and context. */
const maxPackedBytes = 380_000;

export function packTexts(stored: StoredTexts): Uint8Array {
  const whole = packJson(stored);
  if (whole.length <= maxPackedBytes) return whole;
  const content = stored.texts.response?.content?.slice(0, 100_000) ?? '';
  return packJson({ texts: { response: { content } }, reasons: stored.reasons } satisfies StoredTexts);
}

/** Reads an item of texts; undefined where it is none. */
export function readStoredTexts(
  item: Readonly<Record<string, unknown>> | undefined,
): StoredTexts | undefined {
  if (!(item?.texts instanceof Uint8Array)) return undefined;
  const stored = unpackJson<StoredTexts>(item.texts);
  return typeof item.userHash === 'string' ? { ...stored, userHash: item.userHash } : stored;
}
