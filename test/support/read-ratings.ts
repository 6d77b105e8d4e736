import { type RatingEntry, RatingFileReader } from '#core/rating/rating-file.ts';
import { RatingFileSurvey } from '#core/rating/rating-survey.ts';

export interface ReadRatingsOptions {
  readonly uploadedAt: number;
  /** The text as it comes; whole unless told otherwise. */
  readonly pieces?: readonly string[];
  readonly criterionIds?: readonly string[];
}

export interface ReadRatings {
  readonly form: string;
  readonly tool?: string | undefined;
  readonly entries: readonly RatingEntry[];
}

/** What a ratings file's text is read as: looked through first, then read, as the ratings function does. */
export function readRatings(
  text: string,
  { uploadedAt, pieces = [text], criterionIds = ['helps'] }: ReadRatingsOptions,
): ReadRatings {
  const looking = new RatingFileSurvey(new Set(criterionIds));
  for (const piece of pieces) looking.push(piece);
  const survey = looking.end();
  if (survey.kind === 'empty') return { form: 'empty', entries: [] };
  if (survey.kind === 'refused')
    return { form: 'refused', entries: [{ kind: 'refused', refusal: survey.refusal }] };
  const reader = new RatingFileReader(survey, uploadedAt);
  const entries = [...pieces.flatMap((piece) => reader.push(piece)), ...reader.end()];
  return { form: survey.layout.form, tool: survey.layout.export?.tool, entries };
}
