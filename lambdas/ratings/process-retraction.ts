import { z } from 'zod';
import { describeRetraction, type RetractionReport } from '#core/calibration/retraction-report.ts';
import { TextBytes } from '#core/decode-text.ts';
import { readUntrusted } from '#core/read-untrusted.ts';
import type { FileDependencies } from './process-rating-file.ts';
import { type IncomingFile, reportKey } from './ratings-event.ts';
import { type RetractDependencies, retractUpload } from './retract-upload.ts';

/** What stands in a file that asks for an upload to be taken back. */
const request = z.object({ retract: z.string().min(1).max(100) });

/** A file of ratings that somebody put there is read no further than this. */
const mostCharacters = 10_000;

/**
 * Takes the upload back that a file under `incoming/retractions/` names, and writes the report under `reports/`, in
 * words and as JSON.
 *
 * @returns the report; undefined where the file was gone before it could be read
 */
export async function processRetraction(
  use: FileDependencies & RetractDependencies,
  file: IncomingFile,
): Promise<RetractionReport | undefined> {
  const opened = await use.open(file);
  if (opened === undefined) return undefined;
  const named = readUntrusted(request, parseJson(await readStart(opened.bytes)));
  const report = await retractUpload(
    use,
    named.success ? named.data.retract : '(none is named)',
    file.uploadedAt,
  );
  const write = (ending: 'txt' | 'json', body: string, contentType: string) =>
    use.write(file, reportKey(file.key, ending), body, contentType);
  await write('txt', describeRetraction(report), 'text/plain; charset=utf-8');
  await write('json', JSON.stringify(report, null, 2), 'application/json');
  return report;
}

async function readStart(chunks: AsyncIterable<Uint8Array>): Promise<string> {
  const bytes = new TextBytes();
  let text = '';
  for await (const chunk of chunks) {
    text += bytes.push(chunk);
    if (text.length > mostCharacters) break;
  }
  return text + bytes.end();
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
