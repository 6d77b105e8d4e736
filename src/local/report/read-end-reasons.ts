import type { JudgementStore } from '#adapters/dynamodb/judgement-store.ts';
import { inParallel } from '#adapters/in-parallel.ts';
import type { EndWithoutVerdict } from '#core/judging/judgement.ts';
import { type EndReason, ReasonTally } from '#core/report/end-reasons.ts';
import type { SeriesSet } from '#core/series/series-set.ts';
import { endStateOf } from '#core/series/verdict-sums.ts';
import { hourKey } from '#core/time.ts';

/** An hour of one surface and rubric version in which judgements ended without a verdict. */
export interface HourOfEnds {
  readonly surface: string;
  readonly rubric: { readonly id: string; readonly version: number };
  /** Such as `2026-11-03T09`. */
  readonly hour: string;
  /** How many, as the roll-ups have it; undefined where the hour is still being added up. */
  readonly count: number | undefined;
}

/** Each is one query; people want to know what happens now. */
const mostHours = 24;

/** DynamoDB reads under way at once. */
const width = 6;

/** Hours of the series in which judgements ended without a verdict. @param from epoch milliseconds */
export function findHoursOfEnds(
  seriesSet: SeriesSet,
  surfaces: readonly string[],
  from: number,
): HourOfEnds[] {
  const hours = new Map<string, HourOfEnds>();
  for (const surface of surfaces)
    for (const [name, column] of seriesSet.slices(surface).get('*') ?? []) {
      const end = endStateOf(name);
      if (end === undefined || end === 'judged') continue;
      const source = name.slice('v:'.length, name.lastIndexOf('|'));
      const [id = '', version = ''] = source.split('@');
      for (const [bucket, value] of column) {
        if (bucket < from || value <= 0) continue;
        const hour = hourKey(bucket);
        const key = `${hour}#${surface}#${source}`;
        const count = (hours.get(key)?.count ?? 0) + value;
        hours.set(key, { surface, rubric: { id, version: Number(version) }, hour, count });
      }
    }
  return [...hours.values()];
}

type Ended = { readonly state: EndWithoutVerdict; readonly reason: string; readonly responseId: string };

interface ReadHour {
  readonly count: number | undefined;
  readonly ended: readonly Ended[];
}

/** Reads why judgements ended without a verdict: of the latest hours in which some did, each again only once its count changes. */
export class EndReasonReader {
  readonly #judgements: Pick<JudgementStore, 'readHour'>;
  #known = new Map<string, ReadHour>();

  constructor(judgements: Pick<JudgementStore, 'readHour'>) {
    this.#judgements = judgements;
  }

  /** @returns the commonest of each end, with how many of the hours read had it */
  async read(hours: readonly HourOfEnds[]): Promise<EndReason[]> {
    const latest = hours
      .toSorted((a, b) => (a.hour < b.hour ? 1 : a.hour > b.hour ? -1 : 0))
      .slice(0, mostHours);
    const read = new Map<string, ReadHour>();
    await inParallel(latest, width, async ({ surface, rubric, hour, count }) => {
      const key = `${surface}#${rubric.id}@${rubric.version}#${hour}`;
      const known = this.#known.get(key);
      if (known !== undefined && count !== undefined && known.count === count) read.set(key, known);
      else read.set(key, { count, ended: endedOf(await this.#judgements.readHour(surface, rubric, hour)) });
    });
    this.#known = read;
    return commonestReasons([...read.values()].flatMap(({ ended }) => ended));
  }
}

/** Of each end, with how many had it and the first. */
export function commonestReasons(ended: readonly Ended[]): EndReason[] {
  const tally = new ReasonTally();
  for (const { state, reason, responseId } of ended) tally.add(state, reason, { id: responseId });
  return tally.commonest;
}

/** What of judgements ended without a verdict. */
export function endedOf(judgements: Awaited<ReturnType<JudgementStore['readHour']>>): Ended[] {
  return judgements.flatMap(({ state, reason = 'no reason was kept', responseId }) =>
    state === 'unjudgeable' || state === 'shed' || state === 'dlq' ? [{ state, reason, responseId }] : [],
  );
}
