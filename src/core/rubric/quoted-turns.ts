import { fieldsOf, type JsonObject } from '../record/json-object.ts';
import type { Message } from '../record/response-record.ts';

/** A stretch of quoted text under a mark of its own: nothing inside it can stand under another's. */
export interface Piece {
  /** What it is, who wrote it: `TURN 2 OF 3: user`. On one line, of the signs that {@link markName} leaves. */
  readonly mark: string;
  readonly text: string;
}

/** Longest name in a mark. */
const mostNameCharacters = 60;

/**
 * A name that a sender chose, as it stands in a mark: letters, digits and a few signs, so that a role or a tool's name can
 * neither end its line nor look like a mark.
 */
export function markName(name: unknown): string {
  const plain = typeof name === 'string' ? name.trim().replace(/[^\p{L}\p{N}_.:/-]+/gu, '_') : '';
  return plain === '' ? 'unnamed' : plain.slice(0, mostNameCharacters).toWellFormed();
}

/**
 * The turns of a conversation in pieces: of each turn its texts, the calls of tools (name and arguments) and their results.
 * What is no text is named.
 */
export function turnPieces(messages: readonly Message[]): Piece[] {
  const tools = new Map<string, string>();
  return messages.flatMap((message, index) => {
    const turn = `TURN ${index + 1} OF ${messages.length}`;
    const pieces = messagePieces(message, turn, tools);
    return pieces.length > 0 ? pieces : [{ mark: `${turn}: ${markName(message.role)}`, text: '' }];
  });
}

/** @param tools names of called tools by the id of the call, filled as they come */
function messagePieces(message: Message, turn: string, tools: Map<string, string>): Piece[] {
  const { role, content } = message;
  const own = piecesOfTool(message, turn, tools);
  if (own !== undefined) return [own];
  const isResult = role === 'tool' || role === 'function';
  const result = isResult ? resultName(message.tool_call_id, message.name, tools) : undefined;
  const mark = `${turn}: ${markName(role)}${result === undefined ? '' : `, RESULT of ${result}`}`;
  const pieces =
    typeof content === 'string' ? [{ mark, text: content }] : partPieces(content, turn, mark, tools);
  return [...pieces, ...callPieces(message, turn, tools)];
}

function partPieces(content: unknown, turn: string, mark: string, tools: Map<string, string>): Piece[] {
  const pieces: Piece[] = [];
  for (const part of Array.isArray(content) ? content : []) {
    const fields = fieldsOf(part);
    const text = typeof part === 'string' ? part : (fields.text ?? fields.content);
    const last = pieces.at(-1);
    const ofTool = piecesOfTool(fields, turn, tools);
    if (ofTool !== undefined) pieces.push(ofTool);
    else if (typeof text !== 'string')
      pieces.push({ mark: `${turn}: NOT SHOWN, ${markName(fields.type ?? 'part')}`, text: '' });
    else if (last?.mark === mark) pieces[pieces.length - 1] = { mark, text: `${last.text}\n${text}` };
    else pieces.push({ mark, text });
  }
  return pieces;
}

/**
 * Calls of tools beside a message's content, in the forms of OpenAI (`tool_calls`, the older `function_call`) and of
 * LangChain: name and arguments.
 */
export function callPieces(
  message: Readonly<JsonObject>,
  of: string,
  tools = new Map<string, string>(),
): Piece[] {
  const { tool_calls: calls, function_call: call } = message;
  const all = [...(Array.isArray(calls) ? calls : []), ...(typeof call === 'object' ? [call] : [])];
  return all
    .filter((each) => typeof each === 'object' && each !== null)
    .map((each) => callPiece(each, of, tools));
}

/** Anthropic's `tool_use`, the Responses API's `function_call`, OpenTelemetry's `tool_call`. */
const callTypes: readonly unknown[] = ['tool_use', 'function_call', 'tool_call', 'custom_tool_call'];
const resultTypes: readonly unknown[] = [
  'tool_result',
  'function_call_output',
  'tool_call_response',
  'custom_tool_call_output',
];

/** A part, or a message, that is a call or a result by itself; Bedrock and Gemini name it by its key. */
function piecesOfTool(
  part: Readonly<JsonObject>,
  turn: string,
  tools: Map<string, string>,
): Piece | undefined {
  const call = part.toolUse ?? part.functionCall ?? (callTypes.includes(part.type) ? part : undefined);
  if (call !== undefined) return callPiece(fieldsOf(call), turn, tools);
  const result =
    part.toolResult ?? part.functionResponse ?? (resultTypes.includes(part.type) ? part : undefined);
  return result === undefined ? undefined : resultPiece(fieldsOf(result), turn, tools);
}

function callPiece(call: Readonly<JsonObject>, turn: string, tools: Map<string, string>): Piece {
  const called = fieldsOf(call.function ?? call.custom ?? call);
  const name = markName(called.name ?? call.name);
  const id = call.call_id ?? call.toolUseId ?? call.id;
  if (typeof id === 'string') tools.set(id, name);
  const handed = called.arguments ?? called.input ?? called.args ?? call.args;
  return { mark: `${turn}: CALL of ${name}`, text: renderValue(handed) };
}

function resultPiece(part: Readonly<JsonObject>, turn: string, tools: Map<string, string>): Piece {
  const id = part.tool_use_id ?? part.toolUseId ?? part.call_id ?? part.id;
  const value = part.content ?? part.output ?? part.response ?? part.result;
  return { mark: `${turn}: RESULT of ${resultName(id, part.name, tools)}`, text: renderValue(value) };
}

function resultName(id: unknown, name: unknown, tools: ReadonlyMap<string, string>): string {
  return (typeof id === 'string' ? tools.get(id) : undefined) ?? markName(name ?? id);
}

/** A value of a tool: a text as it stands, texts in parts, anything else as JSON. */
export function renderValue(value: unknown): string {
  if (value === undefined || value === null) return '';
  if (typeof value === 'string') return value;
  const texts = Array.isArray(value) ? value.map((part) => fieldsOf(part).text) : [];
  if (texts.length > 0 && texts.every((text) => typeof text === 'string')) return texts.join('\n');
  try {
    return JSON.stringify(value) ?? '';
  } catch {
    // Deeper than can be written.
    return '';
  }
}
