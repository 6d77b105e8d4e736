import { readFileSync } from 'node:fs';
import { z } from 'zod';

/** A line of a case file, as far as every kind has it. */
export interface CaseLine {
  /** File and line, to find it again. */
  readonly at: string;
  readonly name: string;
  readonly kind: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** A line that is no case. */
export interface BadLine {
  readonly at: string;
  readonly fault: string;
}

const line = z.looseObject({ name: z.string().min(1), kind: z.string().min(1), want: z.unknown() });

/** @throws Error saying what was wanted of the file and what to do */
export function readCaseFile(path: string): (CaseLine | BadLine)[] {
  const cases = readText(path)
    .split('\n')
    .flatMap((text, index) => (text.trim() === '' ? [] : [readLine(text, `${path}:${index + 1}`)]));
  if (cases.length === 0)
    throw new Error(`wanted a case a line in "${path}", but it is empty. Check the path.`);
  return cases;
}

function readText(path: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(path));
  } catch (error) {
    throw new Error(
      `wanted a readable file of cases in UTF-8, but "${path}" is not: ${String(error)}. Check the path.`,
    );
  }
}

function readLine(text: string, at: string): CaseLine | BadLine {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    return { at, fault: `wanted a case as a JSON object on one line, but ${String(error)}. Mend that line.` };
  }
  const parsed = line.safeParse(json);
  if (!parsed.success) return { at, fault: faultOf(parsed.error) };
  return { at, name: parsed.data.name, kind: parsed.data.kind, fields: parsed.data };
}

/** What is wrong with a case's form, and what to do. */
export function faultOf(error: z.ZodError): string {
  const issues = z.prettifyError(error).replace(/\s*\n\s*/g, ' ');
  return `wanted {"name", "kind", …, "want"} but: ${issues}. Mend that line.`;
}
