import {
  type Document,
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  visit,
} from 'yaml';
import type { z } from 'zod';
import { readUntrusted } from '#core/read-untrusted.ts';
import { readTextFile } from './text-file.ts';

/** A fault in a file, as an editor would name it. */
export interface FileFault {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** What was wanted, what came, what to do. */
  readonly message: string;
}

/** Position of a key by its path, else of the nearest thing around it. */
export type Locate = (path: readonly PropertyKey[]) => { line: number; column: number };

export type YamlReading<T> =
  | {
      readonly ok: true;
      readonly value: T;
      readonly locate: Locate;
    }
  | { readonly ok: false; readonly faults: readonly FileFault[] };

/** Larger files are refused: none of ours comes near, and a YAML bomb does. */
const maxBytes = 1_000_000;

/** More say no more: a file with so many is another kind of file. */
const maxFaults = 50;

/** Reads a YAML file against a schema; faults carry the line they stand on. */
export async function readYamlFile<T extends z.ZodType>(
  file: string,
  schema: T,
): Promise<YamlReading<z.infer<T>>> {
  const reading = await readTextFile(file);
  if (!reading.ok) return fail(file, reading.reason, reading.line);
  return parseYaml(file, reading.text, schema);
}

/** The same for a text already in hand. `file` only names it in faults. */
export function parseYaml<T extends z.ZodType>(
  file: string,
  text: string,
  schema: T,
): YamlReading<z.infer<T>> {
  if (text.length > maxBytes) return fail(file, `wanted at most ${maxBytes} characters, got ${text.length}`);
  const lines = new LineCounter();
  // The library's own check of unique keys compares each with each other.
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    uniqueKeys: false,
    logLevel: 'error',
  });
  const broken = [
    ...document.errors.map(({ message, pos: [offset] }) => ({ message: describeBroken(message), offset })),
    ...findDuplicateKeys(document),
  ];
  if (broken.length > 0) {
    const faults = broken.slice(0, maxFaults).map(({ message, offset }) => {
      const { line, col } = lines.linePos(offset);
      return { file, line: Math.max(1, line), column: Math.max(1, col), message: `is not YAML: ${message}` };
    });
    return { ok: false, faults };
  }
  const locate = (path: readonly PropertyKey[]) => locateNode(document, lines, path);
  let plain: unknown;
  try {
    plain = document.toJS({ maxAliasCount: 50 });
  } catch {
    return fail(file, 'holds more aliases than any of our files needs; write the values out');
  }
  if (!isTree(plain))
    return fail(file, 'holds an alias of something around it, or nests too deep; write the values out');
  const parsed = readUntrusted<z.infer<T>>(schema as never, plain);
  if (parsed.success) return { ok: true, value: parsed.data, locate };
  const faults = describeIssues(file, parsed.error.issues, locate, plain);
  return { ok: false, faults };
}

/** Faults of the first issues. Finding the place of each takes time in proportion to the file. */
function describeIssues(
  file: string,
  issues: readonly z.core.$ZodIssue[],
  locate: Locate,
  plain: unknown,
): FileFault[] {
  const faults: FileFault[] = [];
  for (const issue of issues) {
    if (faults.length >= maxFaults) break;
    const first =
      issue.code === 'unrecognized_keys' ? { ...issue, keys: issue.keys.slice(0, maxFaults) } : issue;
    faults.push(...describeIssue(file, first, locate, plain));
  }
  return faults;
}

/** Keys that stand in their mapping a second time: 5 and "5" are one. */
function findDuplicateKeys(document: Document.Parsed): { message: string; offset: number }[] {
  const found: { message: string; offset: number }[] = [];
  visit(document, {
    Map(_, { items }) {
      const seen = new Set<string>();
      for (const { key: written } of items) {
        const key = isAlias(written) ? written.resolve(document) : written;
        if (!isScalar(key)) continue;
        const name = String(key.value);
        const message = `Map keys must be unique, and ${JSON.stringify(name.slice(0, 60))} stands here a second time (with quotes or without it is one key); keep the one that is meant`;
        if (seen.has(name)) found.push({ message, offset: isNode(written) ? (written.range?.[0] ?? 0) : 0 });
        seen.add(name);
      }
    },
  });
  return found;
}

function describeBroken(message: string): string {
  return message.includes('call stack') ? 'lists or mappings nest too deep; write it flatter' : message;
}

/** Whether a value can be written out: nothing in it holds itself. */
function isTree(value: unknown): boolean {
  try {
    JSON.stringify(value);
    return true;
  } catch {
    return false;
  }
}

function fail(file: string, message: string, line = 1): { ok: false; faults: FileFault[] } {
  return { ok: false, faults: [{ file, line, column: 1, message }] };
}

const usualAdvice =
  'mend its spelling, or remove it (an editor with YAML support completes keys by the schema in the first line)';

function describeIssue(file: string, issue: z.core.$ZodIssue, locate: Locate, plain: unknown): FileFault[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => {
      const path = [...issue.path, key];
      return {
        file,
        ...locate(path),
        // A schema that knows what people try there says it in its own words.
        message: `unknown key "${key}"${describeParent(issue.path)}; ${issue.message.startsWith('Unrecognized key') ? usualAdvice : issue.message}`,
      };
    });
  }
  if (issue.code === 'invalid_union') {
    const nearest = nearestBranch(issue.errors);
    if (nearest !== undefined)
      return nearest.flatMap((inner) =>
        describeIssue(file, { ...inner, path: [...issue.path, ...inner.path] }, locate, plain),
      );
  }
  if (issue.code === 'invalid_key') {
    const [inner] = issue.issues;
    const nested = inner === undefined ? issue.message : describeWanted(inner);
    return [
      {
        file,
        ...locate(issue.path),
        message: `"${String(issue.path.at(-1))}" cannot stand here; write ${nested.replace(/^wanted /, '')}`,
      },
    ];
  }
  const place = locate(issue.path);
  const where = issue.path.length === 0 ? 'the file' : `"${issue.path.map(String).join('.')}"`;
  if (issue.code === 'custom')
    return [{ file, ...place, message: issue.message.replace(/^is /, `${where} is `) }];
  const came = valueAt(plain, issue.path);
  const message =
    came === undefined
      ? `${where} is missing; add ${describeWanted(issue)}`
      : `${where} is ${JSON.stringify(came)?.slice(0, 80)}; write ${describeWanted(issue)}${shareOf(came, issue)}`;
  return [{ file, ...place, message }];
}

/** A share that was written as per cent. */
function shareOf(came: unknown, issue: z.core.$ZodIssue): string {
  const isPercent = typeof came === 'number' && came > 1 && came <= 100;
  return isPercent && issue.code === 'too_big' && issue.maximum === 1 ? `: ${came}% is ${came / 100}` : '';
}

/** Of a union's branches the one that was meant: its own type fits, and the fewest things inside it are wrong. */
function nearestBranch(branches: readonly (readonly z.core.$ZodIssue[])[]) {
  const fitting = branches.filter((issues) =>
    issues.every(({ path, code }) => path.length > 0 || code === 'unrecognized_keys'),
  );
  return fitting.sort((a, b) => a.length - b.length)[0];
}

const typeWords: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a mapping of keys',
  record: 'a mapping of keys',
};

function describeWanted(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return typeWords[issue.expected] ?? issue.expected;
    case 'invalid_value':
      return anyOf(issue.values);
    case 'invalid_union':
      return issue.errors.length === 0
        ? anyOf('options' in issue ? (issue.options ?? []) : [])
        : [
            ...new Set(issue.errors.map(([first]) => (first === undefined ? '' : describeWanted(first)))),
          ].join(' or ');
    case 'too_small':
      return describeBound(issue.origin, issue.inclusive === true ? 'at least' : 'more than', issue.minimum);
    case 'too_big':
      return describeBound(issue.origin, issue.inclusive === true ? 'at most' : 'less than', issue.maximum);
    default:
      return issue.message.replace(/^(Invalid input: )?(expected|wanted) /, '');
  }
}

function anyOf(values: readonly unknown[]): string {
  return values.map((value) => JSON.stringify(value)).join(' or ');
}

function describeBound(origin: string, relation: string, bound: number | bigint): string {
  if (origin === 'string')
    return relation === 'at least' ? 'a text that is not empty' : `${relation} ${bound} characters`;
  return origin === 'array' ? `${relation} ${bound} of them` : `${relation} ${bound}`;
}

function describeParent(path: readonly PropertyKey[]): string {
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

/** Position of a path's key or item where it exists, else of the nearest thing around it. */
function locateNode(
  document: Document.Parsed,
  lines: LineCounter,
  path: readonly PropertyKey[],
): { line: number; column: number } {
  let node: unknown = document.contents;
  let offset = document.contents?.range?.[0] ?? 0;
  for (const step of path) {
    if (isAlias(node)) node = node.resolve(document);
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === String(step));
      if (pair === undefined || !isScalar(pair.key)) break;
      offset = pair.key.range?.[0] ?? offset;
      node = pair.value;
    } else if (isSeq(node)) {
      node = node.items[Number(step)];
      if (!isNode(node)) break;
      offset = node.range?.[0] ?? offset;
    } else {
      break;
    }
  }
  const { line, col } = lines.linePos(offset);
  return { line: Math.max(1, line), column: Math.max(1, col) };
}

/** `rubrics/helpfulness/2.yaml:14:5 "passMark": …`: one fault on one line, clickable in most terminals. */
export function formatFault(fault: FileFault): string {
  return `${fault.file}:${fault.line}:${fault.column} ${fault.message}`;
}
