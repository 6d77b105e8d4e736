import { type JsonObject, readObject } from './json-object.ts';
import { nestsTooDeep } from './text-size.ts';

/**
 * A conversation in the form of chat completions. Items of OpenAI's Responses API have no role where a tool is called:
 * they become the assistant's call and the tool's answer. One text is what a user asked.
 *
 * @returns undefined where a message is of no form that says who spoke: half a conversation would be judged wrongly
 */
export function readMessages(value: unknown): readonly unknown[] | undefined {
  if (typeof value === 'string') return [{ role: 'user', content: value }];
  if (!Array.isArray(value)) return undefined;
  if (value.every(isMessage)) return value;
  const messages: unknown[] = [];
  for (const item of value) {
    const read = isMessage(item) ? [item] : readItem(item);
    if (read === undefined) return undefined;
    messages.push(...read);
  }
  return messages;
}

function isMessage(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const { role, content, parts } = value as JsonObject;
  if (typeof role !== 'string' || role === '') return false;
  return content == null ? parts === undefined : typeof content === 'string' || Array.isArray(content);
}

/** What a model thought for itself, or what only points elsewhere, says nothing to a judge. */
const saysNothing =
  /^(?:reasoning|item_reference|compaction|mcp_list_tools|mcp_approval_(?:request|response))$/;

/** An item that is no message as it stands. */
function readItem(item: unknown): unknown[] | undefined {
  const fields = readObject(item);
  if (fields === undefined) return undefined;
  const { type, role, content, parts } = fields;
  if (typeof role === 'string' && role !== '') return readParts(fields, content ?? parts);
  if (typeof type !== 'string') return undefined;
  if (saysNothing.test(type)) return [];
  if (type === 'input_text' || type === 'input_image' || type === 'input_file')
    return [{ role: 'user', content: [item] }];
  if (type.endsWith('_call_output')) return [toolAnswer(fields)];
  if (type.endsWith('_call')) return toolCall(fields, type);
  return undefined;
}

/** A message whose content is one part, or stands under the name that Gemini gives it. */
function readParts({ parts: _, ...message }: JsonObject, content: unknown): unknown[] | undefined {
  if (typeof content === 'object' && content !== null)
    return [{ ...message, content: Array.isArray(content) ? content : [content] }];
  return typeof content === 'number' ? [{ ...message, content: String(content) }] : undefined;
}

/** `function_call` and the provider's own tools, some of which hold their answer. */
function toolCall(item: JsonObject, type: string): unknown[] {
  const { call_id: callId, id, name, arguments: given, input, action, output } = item;
  const call = {
    id: callId ?? id,
    type: 'function',
    function: {
      name: typeof name === 'string' ? name : type.slice(0, -'_call'.length),
      arguments: asText(given ?? input ?? action ?? {}),
    },
  };
  const calls = { role: 'assistant', content: null, tool_calls: [call] };
  return output == null ? [calls] : [calls, toolAnswer({ ...item, call_id: callId ?? id })];
}

function toolAnswer({ call_id: callId, output }: JsonObject): unknown {
  return {
    role: 'tool',
    tool_call_id: callId,
    content: Array.isArray(output) ? output : asText(output ?? ''),
  };
}

function asText(value: unknown): string {
  if (typeof value === 'string') return value;
  return nestsTooDeep(value) ? '[a value that nests too deep]' : JSON.stringify(value);
}
