import { hasDoubledKey } from '#core/doubled-key.ts';
import type { Tier } from '#core/judges/prices.ts';
import { type Billable, type JudgeAnswer, unknownBill } from '#core/judging/judge-answer.ts';
import type { JudgeError } from '#core/judging/judge-error.ts';
import { type JsonObject, readObject } from '#core/record/json-object.ts';
import { sha256 } from '#core/rubric/content-hash.ts';
import { readOrigin } from './answer-origin.ts';
import type { HttpAnswer } from './bounded-request.ts';
import { readUsage } from './read-usage.ts';

/**
 * Reads a chat completion that came with a status of 200. Whatever it is, it was taken and may be billed. A verdict is only
 * what one choice says as the model's own finished words; a provider that is only almost compatible is trusted with nothing else.
 */
export function readCompletion({
  text,
  isCut,
  headers,
}: Pick<HttpAnswer, 'text' | 'isCut'> & Partial<Pick<HttpAnswer, 'headers'>>): JudgeAnswer {
  if (isCut) return unreadable("the judge's answer does not end", unknownBill);
  const completion = parseObject(text);
  // No judge has spoken: a gateway's page or another API.
  if (completion === undefined || !Array.isArray(completion.choices))
    return noAnswer(
      isSaid(completion?.error)
        ? 'an error came in the place of an answer'
        : 'what came is no chat completion',
      { usage: readUsage(completion?.usage, 0), characters: 0 },
    );
  // Not even what it cost is sure.
  if (hasDoubledKey(text)) return unreadable("the provider's answer says one thing twice", unknownBill);
  const choice = chooseChoice(completion.choices);
  const message = readObject(choice?.message);
  const written = readContent(message?.content);
  const characters = writtenCharacters(message, written.text);
  const paid = {
    usage: readUsage(completion.usage, characters),
    characters,
    ...toldTier(completion.service_tier),
  };
  if (completion.choices.length === 0)
    return noAnswer('the provider sent a completion without a choice', paid);
  if (isSaid(completion.error) || isSaid(choice?.error) || choice?.finish_reason === 'error')
    return noAnswer('the provider sent an error in the place of an answer', paid);
  if (choice === undefined || message === undefined)
    return unreadable('the provider sent no first choice with a message', paid);
  if (written.isRefusal || isSaid(message.refusal))
    return { kind: 'refused', reason: 'the judge model refused', paid };
  if (choice.finish_reason === 'content_filter')
    return { kind: 'refused', reason: "the provider's content filter stopped the judge", paid };
  if (choice.finish_reason === 'length')
    return unreadable("the judge's answer was cut off at its token limit", paid);
  if (choice.finish_reason !== 'stop') return unreadable('the judge did not finish its answer', paid);
  if (written.text === '') return unreadable('the judge answered nothing', paid);
  const origin = headers === undefined ? undefined : readOrigin(headers, completion);
  const model = modelName(completion.model);
  return { kind: 'text', text: written.text, model, ...(origin !== undefined && { origin }), paid };
}

function unreadable(reason: string, paid: Billable): JudgeAnswer {
  return { kind: 'unreadable', reason, paid };
}

/** Another try may bring an answer; where others get theirs, it is this text's fault in the end. */
function noAnswer(reason: string, paid: Billable): JudgeAnswer {
  const error: JudgeError = { kind: 'retryable', reason, countsAgainstText: true };
  return { kind: 'error', error, paid };
}

/** The choice of index 0; the first where none is numbered. */
function chooseChoice(choices: readonly unknown[]): Readonly<JsonObject> | undefined {
  const all = choices.map(readObject);
  const numbered = all.filter((choice) => choice?.index !== undefined && choice.index !== null);
  if (numbered.length === 0) return all[0];
  const first = numbered.filter((choice) => choice?.index === 0);
  return first.length === 1 ? first[0] : undefined;
}

interface Written {
  readonly text: string;
  readonly isRefusal: boolean;
}

/** A content: a text, or parts of which those that are text count; what a model thinks is no part of its answer. */
function readContent(content: unknown): Written {
  if (typeof content === 'string') return { text: content, isRefusal: false };
  const parts = Array.isArray(content) ? content : [];
  const texts = parts.flatMap((part) => {
    if (typeof part === 'string') return part;
    const { type, text } = readObject(part) ?? {};
    const isText = type === undefined || type === 'text' || type === 'output_text';
    return isText && typeof text === 'string' ? text : [];
  });
  const isRefusal = parts.some((part) => readObject(part)?.type === 'refusal');
  return { text: texts.join(''), isRefusal };
}

function writtenCharacters(message: Readonly<JsonObject> | undefined, text: string): number {
  const thoughts = [message?.reasoning_content, message?.reasoning, message?.refusal];
  return thoughts.reduce<number>(
    (sum, thought) => sum + (typeof thought === 'string' ? thought.length : 0),
    text.length,
  );
}

/** Whether a field holds more than one of the writings of nothing. */
function isSaid(value: unknown): boolean {
  return value !== undefined && value !== null && value !== '' && value !== false;
}

const mostModelCharacters = 120;

/** A name that can be stored with each verdict and compared: a longer one by its beginning and a hash. */
function modelName(model: unknown): string | undefined {
  if (typeof model !== 'string' || model === '') return undefined;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it takes out
  const plain = model.toWellFormed().replace(/[\u0000-\u001f\u007f#|]/g, '_');
  if (plain.length <= mostModelCharacters) return plain;
  return `${plain.slice(0, mostModelCharacters - 13)}~${sha256(model).slice(0, 12)}`;
}

function parseObject(text: string): Readonly<JsonObject> | undefined {
  try {
    return readObject(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/** The tier that an answer names, where it names one that can be priced. */
function toldTier(tier: unknown): { readonly tier?: Tier } {
  if (tier === 'flex') return { tier };
  return tier === 'default' || tier === 'standard' ? { tier: 'standard' } : {};
}
