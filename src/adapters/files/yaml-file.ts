import { readFile } from 'node:fs/promises';
import { isNode, LineCounter, parseDocument } from 'yaml';
import type { z } from 'zod';

/** A fault in a file, as an editor would name it. */
export interface FileFault {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** What was wanted, what came, what to do. */
  readonly message: string;
}

export type YamlReading<T> =
  | {
      readonly ok: true;
      readonly value: T;
      readonly locate: (path: readonly PropertyKey[]) => { line: number; column: number };
    }
  | { readonly ok: false; readonly faults: readonly FileFault[] };

/** Larger files are refused: none of ours comes near, and a YAML bomb does. */
const maxBytes = 1_000_000;

/** Reads a YAML file against a schema; faults carry the line they stand on. */
export async function readYamlFile<T extends z.ZodType>(
  file: string,
  schema: T,
): Promise<YamlReading<z.infer<T>>> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    return fail(file, `cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown'})`);
  }
  return parseYaml(file, text, schema);
}

/** The same for a text already in hand. `file` only names it in faults. */
export function parseYaml<T extends z.ZodType>(
  file: string,
  text: string,
  schema: T,
): YamlReading<z.infer<T>> {
  if (text.length > maxBytes) return fail(file, `wanted at most ${maxBytes} characters, got ${text.length}`);
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true });
  if (document.errors.length > 0) {
    return {
      ok: false,
      faults: document.errors.map((error) => {
        const { line, col } = lines.linePos(error.pos[0]);
        return { file, line, column: col, message: `not YAML: ${error.message}` };
      }),
    };
  }
  const locate = (path: readonly PropertyKey[]) => locateNode(document, lines, path);
  let plain: unknown;
  try {
    plain = document.toJS({ maxAliasCount: 50 });
  } catch {
    return fail(file, 'holds more aliases than any of our files needs; write the values out');
  }
  const parsed = schema.safeParse(plain);
  if (parsed.success) return { ok: true, value: parsed.data, locate };
  return { ok: false, faults: parsed.error.issues.flatMap((issue) => explain(file, issue, locate, plain)) };
}

function fail(file: string, message: string): { ok: false; faults: FileFault[] } {
  return { ok: false, faults: [{ file, line: 1, column: 1, message }] };
}

type Locate = (path: readonly PropertyKey[]) => { line: number; column: number };

function explain(file: string, issue: z.core.$ZodIssue, locate: Locate, plain: unknown): FileFault[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => {
      const path = [...issue.path, key];
      return {
        file,
        ...locate(path),
        message: `unknown key "${key}"${under(issue.path)}; check its spelling (an editor with YAML support completes keys by the schema in the first line)`,
      };
    });
  }
  if (issue.code === 'invalid_union') {
    const nearest = [...issue.errors].sort((a, b) => a.length - b.length)[0]?.[0];
    if (nearest !== undefined)
      return explain(file, { ...nearest, path: [...issue.path, ...nearest.path] }, locate, plain);
  }
  if (issue.code === 'invalid_key') {
    const nested = issue.issues[0]?.message ?? issue.message;
    return [
      {
        file,
        ...locate(issue.path),
        message: `the key "${String(issue.path.at(-1))}" is not as wanted: ${nested}`,
      },
    ];
  }
  const where = issue.path.length === 0 ? 'the file' : `"${issue.path.map(String).join('.')}"`;
  const came = valueAt(plain, issue.path);
  const got = came === undefined ? 'it is missing' : `got ${JSON.stringify(came)?.slice(0, 80)}`;
  const message = issue.code === 'custom' ? issue.message : `${where}: ${wanted(issue)}; ${got}`;
  return [{ file, ...locate(issue.path), message }];
}

function wanted(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_type') return `wanted ${issue.expected}`;
  if (issue.code === 'invalid_value')
    return `wanted ${issue.values.map((value) => JSON.stringify(value)).join(' or ')}`;
  return issue.message.replace(/^Invalid input: /, '');
}

function under(path: readonly PropertyKey[]): string {
  return path.length === 0 ? '' : ` under "${path.map(String).join('.')}"`;
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (current, key) =>
      typeof current === 'object' && current !== null
        ? (current as Record<PropertyKey, unknown>)[key]
        : undefined,
    value,
  );
}

/** Position of a path's key where it exists, else of the nearest thing around it. */
function locateNode(
  document: ReturnType<typeof parseDocument>,
  lines: LineCounter,
  path: readonly PropertyKey[],
): { line: number; column: number } {
  for (let length = path.length; length >= 0; length -= 1) {
    const offset = keyOffset(document, path.slice(0, length));
    if (offset !== undefined) {
      const { line, col } = lines.linePos(offset);
      return { line, column: col };
    }
  }
  return { line: 1, column: 1 };
}

function keyOffset(
  document: ReturnType<typeof parseDocument>,
  path: readonly PropertyKey[],
): number | undefined {
  if (path.length === 0) return isNode(document.contents) ? document.contents.range?.[0] : undefined;
  const parent = document.getIn(path.slice(0, -1), true);
  const last = path.at(-1);
  if (typeof parent === 'object' && parent !== null && 'items' in parent && Array.isArray(parent.items)) {
    for (const item of parent.items as unknown[]) {
      const key = typeof item === 'object' && item !== null && 'key' in item ? item.key : undefined;
      if (isNode(key) && 'value' in key && String(key.value) === String(last)) return key.range?.[0];
    }
  }
  const node = document.getIn(path, true);
  return isNode(node) ? node.range?.[0] : undefined;
}

/** `rubrics/helpfulness/2.yaml:14:5 "passMark": …`: one fault on one line, clickable in most terminals. */
export function formatFault(fault: FileFault): string {
  return `${fault.file}:${fault.line}:${fault.column} ${fault.message}`;
}
