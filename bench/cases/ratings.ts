import { z } from 'zod';
import { uploadRatingFile } from '#local/stack/upload-rating-file.ts';
import { testCatalogue } from '#test/support/catalogue.ts';
import { type RatedWorld, startRatedWorld } from '#test/support/rated-world.ts';
import { anyOf, type CaseKind, isWanted, type Outcome } from './case-kind.ts';

const schema = z.object({
  /** A ratings file. */
  file: z.base64(),
  /** The responses that exist, with the judge's scores. */
  judged: z.array(z.object({ id: z.string(), score: z.number() })),
  want: z.object({
    /** Rows. */
    accepted: anyOf(z.int()).optional(),
    /** People. */
    raters: anyOf(z.int()).optional(),
    /** `refused`: the file is refused whole; `either`: that no row is accepted, with the reason, is as right. */
    whole: anyOf(z.enum(['refused', 'either'])).optional(),
  }),
});

/** When the responses were given, and when files about them come in. */
const [givenAt, uploadedAt] = [Date.parse('2026-11-20T09:00:00Z'), Date.parse('2026-11-30T09:00:00Z')];

let world: Promise<RatedWorld> | undefined;
const judged = new Set<string>();

/** What becomes of a ratings file, in the ratings function as it is deployed. */
export const ratings: CaseKind<typeof schema> = {
  schema,
  async run(tried) {
    world ??= startRatedWorld(testCatalogue());
    const { judge, readItems, clear } = await world;
    const unknown = tried.judged.filter(({ id }) => !judged.has(id));
    await judge(unknown.map(({ id, score }) => ({ responseId: id, at: givenAt, surface: 'chat', score })));
    for (const { id } of unknown) judged.add(id);
    // No case knows of another.
    await clear();
    const report = await uploadRatingFile(
      { name: 'case', text: Buffer.from(tried.file, 'base64') },
      uploadedAt,
    );
    const people = (await readItems()).flatMap(({ raterId }) => raterId ?? []);
    return outcomeOf(tried.want, {
      accepted: report.accepted,
      raters: new Set(people).size,
      refused: report.form === 'refused',
      reasons: report.refusals.map(({ line, column, reason }) => `line ${line} ${column}: ${reason}`),
    });
  },
  async close() {
    await (await world)?.close();
    world = undefined;
    judged.clear();
  },
};

interface Came {
  readonly accepted: number;
  readonly raters: number;
  /** The file as a whole. */
  readonly refused: boolean;
  readonly reasons: readonly string[];
}

function outcomeOf({ whole, ...counts }: z.infer<typeof schema>['want'], came: Came): Outcome {
  const nothing = came.accepted === 0 && came.reasons.length > 0;
  const right =
    isWanted(counts, came) ||
    (isWanted(whole ?? [], 'either') && nothing) ||
    (isWanted(whole ?? [], 'refused') && nothing && came.refused);
  const mustBeRefused = whole !== undefined && !isWanted(whole, 'either');
  return { right: mustBeRefused ? nothing && came.refused : right, came };
}
