import { TextBytes } from '#core/decode-text.ts';
import { RatingFileSurvey, type RatingSurvey } from '#core/rating/rating-survey.ts';

/**
 * Looks a ratings file through before any of it is taken.
 *
 * @param criterionIds criteria of the rubrics that there are
 */
export async function surveyRatingFile(
  file: AsyncIterable<Uint8Array>,
  criterionIds: ReadonlySet<string>,
): Promise<RatingSurvey> {
  const bytes = new TextBytes({ loneReturns: true });
  const survey = new RatingFileSurvey(criterionIds);
  for await (const chunk of file) {
    survey.push(bytes.push(chunk));
    const refused = refuseUnreadable(bytes);
    if (refused !== undefined) return refused;
    if (survey.isDecided) return survey.end();
  }
  survey.push(bytes.end());
  return refuseUnreadable(bytes) ?? survey.end();
}

/** Whoever wrote a line in another encoding wrote all of them in it: names with and without accents would part. */
function refuseUnreadable(bytes: TextBytes): RatingSurvey | undefined {
  const [fault] = bytes.takeFaults();
  if (fault === undefined) return undefined;
  const { line, reason } = fault;
  return {
    kind: 'refused',
    refusal: { line, column: '', reason: `the file is refused whole: this line ${reason}` },
  };
}

/** The texts of a file that {@link surveyRatingFile} found readable. */
export async function* decodeRatingFile(file: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const bytes = new TextBytes();
  for await (const chunk of file) yield bytes.push(chunk);
  yield bytes.end();
}
