import { leastRatings } from '#core/calibration/calibration-state.ts';
import { rubricName } from '#core/rubric/rubric.ts';
import type { PromotedSurface, Promotion } from './promotion.ts';

/** What a promotion changes, in words. */
export function formatPromotion(promotion: Promotion): string {
  const { rubric, former, files, surfaces, usdPerMonth } = promotion;
  const name = rubricName(rubric);
  if (files.length === 0) return `${name} is active already, and no other version of it is: nothing changes.`;
  return [
    ...files.map(({ file, state }) => `${file} is ${state} now.`),
    surfaces.length === 0
      ? `No surface is judged by another version: ${name} takes ${describeSurfaces(promotion)}.`
      : 'For the SLOs of:',
    ...surfaces.map((each) => `  ${describeSurface(each, promotion)}`),
    ...describeCarrying(promotion),
    `The judge's bill at the expected traffic: ${former.length === 0 ? '' : `$${usdPerMonth.old.toFixed(2)} a month before (${former.map(({ judge }) => judge.model).join(', ')}), `}$${usdPerMonth.new.toFixed(2)} with ${rubric.judge.model}.`,
    'It is so from the next deployment on.',
  ].join('\n');
}

function describeSurfaces({ rubric: { surfaces } }: Promotion): string {
  return surfaces === 'any' ? 'surfaces that no other rubric names' : surfaces.join(', ');
}

function describeSurface(
  { surface, old, new: now, calibration }: PromotedSurface,
  { rubric, asked }: Promotion,
): string {
  const from = old === undefined ? 'no version' : `version ${old}`;
  if (now === undefined)
    return `${surface}: ${from}, and none any more: it is not among the surfaces of version ${rubric.version}`;
  const state = asked ? `; calibration ${calibration ?? 'missing: nothing of it was rated or carried'}` : '';
  return `${surface}: version ${now} in place of ${from}${state}`;
}

function describeCarrying({ rubric, former, carrying }: Promotion): string[] {
  const [older] = former;
  if (carrying === undefined || older === undefined) return [];
  const name = rubricName(rubric);
  return carrying.carries
    ? [
        `Ratings of ${rubricName(older)} count for ${name} (${carrying.reason}), with its own verdicts on the rated responses: npx assay rubric compare ${rubricName(older)} ${name} asks for those that are missing.`,
      ]
    : [
        `The question is another (${carrying.changed.join(', ')}): ratings of ${rubricName(older)} are not carried, and its SLOs hold at ticket until ${leastRatings} responses of it are rated.`,
      ];
}
