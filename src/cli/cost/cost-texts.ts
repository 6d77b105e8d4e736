import { type Catalogue, surfaceOf } from '#core/catalogue/catalogue.ts';
import { parseRecord } from '#core/record/parse-record.ts';
import type { JudgedTexts } from '#core/rubric/prompt.ts';
import { readInputRecords } from '#local/replay/input-records.ts';
import { CliError } from '../terminal/cli-error.ts';

/** Texts of records by surface; `*` holds all of them. */
export type TextsBySurface = ReadonlyMap<string, readonly JudgedTexts[]>;

/** Texts of a responses file, those that the judge would see. @throws CliError where there are none */
export async function readTexts(file: string, catalogue: Catalogue): Promise<TextsBySurface> {
  const records = await readInputRecords(file).catch((error: NodeJS.ErrnoException) => {
    throw new CliError(`--responses: ${file} cannot be read (${error.code ?? error.message}).`);
  });
  const found = new Map<string, JudgedTexts[]>();
  for (const { body, at } of records) {
    const parsed = parseRecord(body, at);
    if (parsed.kind !== 'response') continue;
    const { request, response, context, surface } = parsed.record;
    if (typeof response?.content !== 'string') continue;
    const texts = { request, response, context } as JudgedTexts;
    for (const name of ['*', surfaceOf(catalogue, surface).surface]) {
      const own = found.get(name) ?? [];
      own.push(texts);
      found.set(name, own);
    }
  }
  if (!found.has('*'))
    throw new CliError(
      `--responses: ${file} holds no record with an answer's text. Wanted one record a line (docs/records.md).`,
    );
  return found;
}
