import type { RatingKey, RatingStore, StoredRating } from '#adapters/dynamodb/rating-store.ts';
import { calibrationName } from '#core/calibration/calibration.ts';
import type { ImportDependencies } from './rating-import.ts';

/** The same, for a file that is tried: what it stores is seen by it and by nobody else, and is gone with it. */
export function onTrial<Use extends ImportDependencies>(use: Use): Use {
  return {
    ...use,
    store: trialStore(use.store),
    uploads: { readUpload: async () => undefined, readUploads: async () => [], writeUpload: async () => {} },
  };
}

function trialStore(store: RatingStore): RatingStore {
  const written = new Map<string, StoredRating>();
  return {
    ...store,
    async readRatings(keys) {
      const stored = await store.readRatings(keys);
      const own = new Set(keys.map(nameOf));
      const tried = [...own].flatMap((name) => written.get(name) ?? []);
      return [...stored.filter((rating) => !written.has(nameOf(rating))), ...tried];
    },
    async writeRatings(ratings) {
      for (const rating of ratings) written.set(nameOf(rating), rating);
    },
    async deleteRatings() {},
    async *readGroup(group) {
      for await (const rating of store.readGroup(group)) if (!written.has(nameOf(rating))) yield rating;
      const place = placeOf(group);
      for (const rating of written.values()) if (placeOf(rating.group) === place) yield rating;
    },
    async writeCalibration(draft, madeAt) {
      const standing = (await store.readCalibrations()).find((one) => one.inputs === draft.inputs);
      if (standing !== undefined && calibrationName(standing) === calibrationName(draft)) return standing;
      const [last] = await store.readHistory(draft, 1);
      return { ...draft, number: (last?.number ?? 0) + 1, madeAt };
    },
    async dropCalibration() {},
  };
}

function placeOf(group: RatingKey['group']): string {
  return group === undefined ? '' : `${group.surface}#${group.rubric.id}@${group.rubric.version}`;
}

function nameOf({ group, responseId, raterId }: RatingKey): string {
  return `${placeOf(group)}#${responseId}#${raterId}`;
}
