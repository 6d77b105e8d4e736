import * as z from 'zod';
import { describeRaterReport, type RaterReport } from '#core/calibration/rater-report.ts';
import { describeRecalibration, type RecalibrationReport } from '#core/calibration/recalibration-report.ts';
import { describeRetraction, type RetractionReport } from '#core/calibration/retraction-report.ts';
import { TextBytes } from '#core/decode-text.ts';
import { readUntrusted } from '#core/read-untrusted.ts';
import { type LeaveOutDependencies, leaveOutRater } from './leave-out-rater.ts';
import type { FileDependencies } from './process-rating-file.ts';
import { type IncomingFile, reportKey } from './ratings-event.ts';
import { recalibrate } from './recalibrate.ts';
import { type RetractDependencies, retractUpload } from './retract-upload.ts';

const rater = z.string().min(1).max(200);

/** What stands in a file that asks for an upload to be taken back, a rater to be left out or to count again, or calibrations anew. */
const request = z.union([
  z.object({ retract: z.string().min(1).max(100), reason: z.string().min(1).max(500).optional() }),
  z.object({ leaveOut: rater, reason: z.string().min(1).max(500) }),
  z.object({ bringBack: rater }),
  z.object({
    recalibrate: z.object({
      surface: z.string().min(1).max(100),
      rubric: z.object({ id: z.string().min(1).max(100), version: z.int().min(1) }),
    }),
  }),
]);

/** A file of ratings that somebody put there is read no further than this. */
const mostCharacters = 10_000;

/**
 * Takes the upload back that a file under `incoming/retractions/` names, leaves out or brings back the rater that it names, or
 * makes the calibrations anew that it names, and writes the report under `reports/`, in words and as JSON.
 *
 * @returns the report; undefined where the file was gone before it could be read
 */
export async function processRetraction(
  use: FileDependencies & RetractDependencies & LeaveOutDependencies,
  file: IncomingFile,
): Promise<RetractionReport | RaterReport | RecalibrationReport | undefined> {
  const opened = await use.open(file);
  if (opened === undefined) return undefined;
  const read = readUntrusted(request, parseJson(await readStart(opened.bytes)));
  const asked: z.infer<typeof request> = read.success ? read.data : { retract: '(none is named)' };
  const write = (ending: 'txt' | 'json', body: string, contentType: string) =>
    use.write(file, reportKey(file.key, ending), body, contentType);
  const tell = async <Report>(report: Report, words: string) => {
    await write('txt', words, 'text/plain; charset=utf-8');
    await write('json', JSON.stringify(report, null, 2), 'application/json');
    return report;
  };
  if ('retract' in asked) {
    const report = await retractUpload(use, asked.retract, file.uploadedAt, asked.reason);
    return tell(report, describeRetraction(report));
  }
  if ('recalibrate' in asked) {
    const calibrations = await recalibrate(use, asked.recalibrate, file.uploadedAt);
    await use.stampCalibrations();
    const report = { recalibrated: asked.recalibrate, calibrations };
    return tell(report, describeRecalibration(report));
  }
  const report = await leaveOutRater(use, asked, file.uploadedAt);
  return tell(report, describeRaterReport(report));
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
