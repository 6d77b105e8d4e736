import type { Counts } from '../slo/rules/count-series.ts';
import type { DimensionName } from './carriers.ts';
import { describeFinding, describeHeadline } from './describe-triage.ts';
import type { TimelineEntry } from './timeline.ts';
import type { Triage } from './triage.ts';
import { visibleText } from './visible-text.ts';

/** A slice before the fall and since: good out of all. */
export interface WhySlice {
  readonly name: string;
  readonly before: { readonly good: number; readonly total: number };
  readonly since: { readonly good: number; readonly total: number };
  /** Of the excess failures; null where there are none. */
  readonly share: number | null;
  readonly standsOut: boolean;
}

/** What `assay why` finds, as far as a first screen has room for it. Names from outside are made visible. */
export interface WhyView {
  readonly slo: string;
  /** When it began and what carries it, a sentence. */
  readonly headline: string;
  /** Whether what we changed is behind it, a sentence. */
  readonly cause: string;
  /** Epoch milliseconds; null where no beginning can be made out. */
  readonly beganAt: number | null;
  readonly dimensions: readonly {
    readonly dimension: DimensionName;
    readonly finding: string;
    readonly slices: readonly WhySlice[];
  }[];
  /** What changed nearest to the start, in order of time. */
  readonly near: readonly Pick<TimelineEntry, 'at' | 'kind' | 'text'>[];
  /** The rate over the alarm's window as it went; absent where it cannot be counted anew. */
  readonly line?: RateLine | undefined;
}

/** The rate that an alarm is about, over a window that moves along. */
export interface RateLine {
  /** Milliseconds. */
  readonly window: number;
  readonly times: readonly number[];
  readonly values: readonly (number | null)[];
}

const mostSlices = 5;
const mostNear = 6;

/** A triage for the page. */
export function viewWhy(triage: Triage): WhyView {
  const { slo, fall, dimensions, near } = triage;
  return {
    slo,
    headline: describeHeadline(triage),
    cause: describeCause(triage),
    beganAt: fall === null || fall.sure === 'unclear' ? null : fall.at,
    dimensions: dimensions
      .filter(({ carriers }) => carriers.length > 0)
      .map((dimension) => ({
        dimension: dimension.dimension,
        finding: describeFinding(dimension),
        slices: dimension.carriers.slice(0, mostSlices).map(({ name, before, after, share, standsOut }) => ({
          name: visibleText(name, 40),
          before: whole(before),
          since: whole(after),
          share,
          standsOut,
        })),
      })),
    near: nearestInOrder(
      near.filter(({ kind }) => kind !== 'alarm'),
      mostNear,
    ).map(({ at, kind, text }) => ({ at, kind, text: visibleText(text, 200) })),
  };
}

/** The first of what is near, told in order of time. @param near the nearest first */
export function nearestInOrder<Entry extends { readonly at: number }>(
  near: readonly Entry[],
  count: number,
): Entry[] {
  return near.slice(0, count).toSorted((first, second) => first.at - second.at);
}

/** Counts of zoomed events are weighted. */
function whole({ good, total }: Counts): Counts {
  return { good: Math.round(good), total: Math.round(total) };
}

/** Is it us? Said of what is stored: a release of ours, a model or provider, a part of the traffic, or nothing that tells. */
export function describeCause({
  fall,
  dimensions,
  near,
}: Pick<Triage, 'fall' | 'dimensions' | 'near'>): string {
  if (fall === null || fall.sure === 'unclear')
    return 'Cannot be told yet: no clear beginning of a fall is found.';
  const carried = new Set(
    dimensions
      .filter(({ finding }) => finding === 'carried' || finding === 'replaced')
      .map(({ dimension }) => dimension),
  );
  const nameOf = (of: DimensionName) => {
    const found = dimensions.find(({ dimension }) => dimension === of);
    const top =
      found?.carriers.find(({ standsOut }) => standsOut) ??
      found?.carriers.toSorted((a, b) => b.after.total - a.after.total)[0];
    return visibleText(top?.name ?? '', 40);
  };
  const incident = near.find(({ kind }) => kind === 'incident');
  const isOnRecord =
    incident === undefined ? '' : ` On record near the start: ${visibleText(incident.text, 120)}.`;
  const judge = near.find(({ kind }) => kind === 'judge' || kind === 'rubric');
  const isJudges =
    judge === undefined ? '' : ` But what judges changed as well: ${visibleText(judge.text, 120)}.`;
  const withModel = carried.has('model') ? `, and the model ${nameOf('model')} with it` : '';
  if (carried.has('release'))
    return `Most likely us: it came with our release ${nameOf('release')}${withModel}.${isOnRecord}${isJudges}`;
  if (carried.has('model'))
    return `Most likely the model: it came with ${nameOf('model')}.${isOnRecord}${isJudges}`;
  if (carried.has('provider'))
    return `Most likely the provider: it came with ${nameOf('provider')}.${isOnRecord}${isJudges}`;
  if (carried.has('cohort'))
    return `Only some users: the cohort ${nameOf('cohort')} carries it, and no release does.${isOnRecord}${isJudges}`;
  if (isOnRecord !== '') return `Perhaps not us.${isOnRecord}${isJudges}`;
  return `Nothing that is stored tells: it is spread over releases, models and cohorts alike.${isJudges}`;
}
