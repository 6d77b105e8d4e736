import { describeHeadline } from '#core/triage/describe-triage.ts';
import type { TimelineEntry } from '#core/triage/timeline.ts';
import { differenceOf, type Triage } from '#core/triage/triage.ts';

/** What `--json` prints; docs/triage.md tells of each key. Instants are ISO 8601, shares ratios. */
export function triageJson(triage: Triage) {
  const { fall, comparison, searched, at, before, after, whole, verdicts, near, timeline, ...plain } = triage;
  const fell = differenceOf(before, after);
  return {
    headline: describeHeadline(triage),
    ...plain,
    at: iso(at),
    searched: isoPeriod(searched),
    whole,
    began:
      fall === null
        ? null
        : {
            ...fall,
            at: iso(fall.at),
            until: fall.until === null ? null : iso(fall.until),
            range: isoPeriod(fall.range),
          },
    before: comparison === null ? null : { ...isoPeriod(comparison.before), ...before },
    after: comparison === null ? null : { ...isoPeriod(comparison.after), ...after },
    fell,
    verdicts:
      verdicts === null
        ? null
        : { ...verdicts, worst: verdicts.worst.map((each) => ({ ...each, at: iso(each.at) })) },
    near: near.map(entryJson),
    timeline: timeline.map(entryJson),
  };
}

function entryJson({ at, kind, text }: TimelineEntry) {
  return { at: iso(at), kind, text };
}

function iso(at: number): string {
  return new Date(at).toISOString();
}

function isoPeriod({ from, to }: { from: number; to: number }) {
  return { from: iso(from), to: iso(to) };
}
