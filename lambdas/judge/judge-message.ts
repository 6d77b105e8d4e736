import type { JudgeTask } from '#core/judging/judgement.ts';
import { type JsonObject, readObject } from '#core/record/json-object.ts';
import { isLabel } from '#core/record/label.ts';

/** Whether a value is of a form; for an object the place in it that is not, empty where it is none. */
type Check = (value: unknown) => boolean | readonly string[];

/**
 * The form of a judge-queue message. The sampler, a redrive, a comparison and a rescore write there, but a queue is a door.
 * Written out, for a schema's library would be a tenth of the function's start.
 */
const taskFields: Readonly<Record<Exclude<keyof JudgeTask, 'apart'>, Check>> = {
  responseId: isName,
  at: isTime,
  surface: isName,
  rubric: fields({ id: isFilledText, version: isCountFrom(1) }),
  fingerprint: isTextLike(/^[0-9a-f]{12}$/),
  repeat: isCountFrom(0),
  rescored: optional((value) => value === true),
  probability: (value) => typeof value === 'number' && value > 0 && value <= 1,
  zoom: optional((value) => typeof value === 'number' && value > 1 && value < Infinity),
  redrive: isCountFrom(0),
  cohort: optional(isName),
  release: optional(isName),
  model: optional(isName),
  traceId: optional(isName),
  userHash: optional(isTextLike(/^[0-9a-f]{64}$/)),
  redactions: optional(isCountFrom(0)),
  texts: fields({
    request: optional(
      fields({ messages: optional(listOf(fields({ role: isFilledText, content: isContent }))) }),
    ),
    response: optional(
      fields({
        content: nullish(isText),
        finishReason: nullish(isText),
        refused: optional((value) => typeof value === 'boolean'),
      }),
    ),
    context: optional(
      (value) => isText(value) || listOf((part) => isText(part) || readObject(part) !== undefined)(value),
    ),
  }),
};

const knownOfRubric = ['id', 'version'];
const knownOfTexts = ['request', 'response', 'context'];

/** Reads a message, or says in words (without its text) why it is none. */
export function readJudgeTask(body: string): { ok: true; task: JudgeTask } | { ok: false; reason: string } {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    return { ok: false, reason: 'wanted a judgement in JSON, got text that is not JSON' };
  }
  const fault = fields(taskFields)(value);
  const object = readObject(value);
  if (fault !== true || object === undefined) {
    const place = typeof fault === 'boolean' ? '' : fault.join('.');
    return { ok: false, reason: `wanted a judgement, got an object whose "${place}" does not fit` };
  }
  const task = {
    ...only(object, Object.keys(taskFields)),
    rubric: only(object.rubric, knownOfRubric),
    texts: only(object.texts, knownOfTexts),
  };
  return { ok: true, task: task as unknown as JudgeTask };
}

/** An object's known fields, those that it has. */
function only(value: unknown, keys: readonly string[]): JsonObject {
  const object = readObject(value) ?? {};
  return Object.fromEntries(
    keys.flatMap((key) => (Object.hasOwn(object, key) ? [[key, object[key]] as const] : [])),
  );
}

/** Each of these fields is as it must be; further ones may be there. */
function fields(checks: Readonly<Record<string, Check>>): Check {
  return (value) => {
    const object = readObject(value);
    if (object === undefined) return [];
    for (const [key, check] of Object.entries(checks)) {
      const fault = check(Object.hasOwn(object, key) ? object[key] : undefined);
      if (fault !== true) return fault === false ? [key] : [key, ...fault];
    }
    return true;
  };
}

function listOf(check: Check): Check {
  return (value) => {
    if (!Array.isArray(value)) return false;
    for (const [index, each] of value.entries()) {
      const fault = check(each);
      if (fault !== true) return fault === false ? [String(index)] : [String(index), ...fault];
    }
    return true;
  };
}

function optional(check: Check): Check {
  return (value) => value === undefined || check(value);
}

function nullish(check: Check): Check {
  return (value) => value === undefined || value === null || check(value);
}

function isText(value: unknown): boolean {
  return typeof value === 'string';
}

function isFilledText(value: unknown): boolean {
  return typeof value === 'string' && value !== '';
}

function isTextLike(pattern: RegExp): Check {
  return (value) => typeof value === 'string' && pattern.test(value);
}

function isName(value: unknown): boolean {
  return typeof value === 'string' && isLabel(value);
}

function isContent(value: unknown): boolean {
  return value === undefined || value === null || isText(value) || Array.isArray(value);
}

function isCountFrom(least: number): Check {
  return (value) => typeof value === 'number' && Number.isSafeInteger(value) && value >= least;
}

/** ISO 8601 in UTC, of a day that there is. */
function isTime(value: unknown): boolean {
  if (typeof value !== 'string' || !/^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?Z$/.test(value)) return false;
  const at = Date.parse(value);
  return !Number.isNaN(at) && new Date(at).toISOString().slice(0, 10) === value.slice(0, 10);
}
