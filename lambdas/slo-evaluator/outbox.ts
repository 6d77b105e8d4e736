import { describeError } from '#adapters/describe-error.ts';
import type { OutboxEntry } from '#adapters/dynamodb/surface-states.ts';
import type { Notice } from '#adapters/sns/notices.ts';
import { sloName } from '#core/slo/definition/slo.ts';
import type { SloTransition } from './slo-transitions.ts';

/** A transition that is to be announced. */
export interface WaitingTransition extends SloTransition {
  readonly id: string;
  /** Where a later one of the same alarm waits too: how the alarm stands is told by that one, and nobody is to act on this. */
  readonly overtaken?: true;
}

export interface OutboxDependencies {
  /** Sends alarm transitions out as events. @returns the ids of those that were taken */
  readonly announce: (transitions: readonly WaitingTransition[]) => Promise<ReadonlySet<string>>;
  /** Tells the people who take tickets. */
  readonly notify: (notice: Notice, id: string) => Promise<void>;
}

/** A transition on its way. Told again it has the same id, so that a pipeline acts on it once. */
export function transitionEntry(transition: SloTransition): OutboxEntry {
  const at = new Date(transition.at).toISOString();
  return {
    id: `${sloName({ surface: transition.surface, id: transition.slo })}#${transition.severity}#${transition.to}#${at}`,
    of: 'transition',
    content: transition,
  };
}

/** @param about what makes it another one than the last of its kind */
export function noticeEntry(
  slo: { readonly surface: string; readonly id: string },
  about: string,
  notice: Notice,
): OutboxEntry {
  return { id: `${sloName(slo)}#${about}`, of: 'notice', content: notice };
}

/**
 * Most announcements of a surface that wait: hours of a bus that refuses while every SLO comes and goes. Each is written
 * anew at each tick.
 */
const mostWaiting = 500;

/**
 * What waits, as far as there is room: the newest word on each alarm goes before all, older ones that it has overtaken
 * are given up first.
 *
 * @returns what is kept, in its order, and how many were given up
 */
export function boundOutbox(
  entries: readonly OutboxEntry[],
  most = mostWaiting,
): { readonly kept: readonly OutboxEntry[]; readonly givenUp: number } {
  if (entries.length <= most) return { kept: entries, givenUp: 0 };
  const newest = newestOf(entries);
  const current = [...newest.values()].slice(-most);
  const room = most - current.length;
  const overtaken = entries.filter((entry) => newest.get(aboutOf(entry)) !== entry);
  const chosen = new Set([...current, ...(room === 0 ? [] : overtaken.slice(-room))]);
  return {
    kept: entries.filter((entry) => chosen.has(entry)),
    givenUp: entries.length - chosen.size,
  };
}

/** The last entry about each thing. */
function newestOf(entries: readonly OutboxEntry[]): Map<string, OutboxEntry> {
  return new Map(entries.map((entry) => [aboutOf(entry), entry]));
}

/** A notice is about itself; transitions of one alarm overtake one another. */
function aboutOf({ id, of, content }: OutboxEntry): string {
  if (of === 'notice') return id;
  const { surface, slo, severity } = content as SloTransition;
  return `${surface}/${slo}#${severity}`;
}

/**
 * Delivers what is on its way, as far as it is taken.
 *
 * @returns what was not, and why
 */
export async function deliver(
  { announce, notify }: OutboxDependencies,
  entries: readonly OutboxEntry[],
): Promise<{ readonly left: OutboxEntry[]; readonly faults: string[] }> {
  const delivered = new Set<string>();
  const faults: string[] = [];
  const newest = newestOf(entries);
  const transitions = entries
    .filter(({ of }) => of === 'transition')
    .map((entry): WaitingTransition => {
      const transition = { ...(entry.content as SloTransition), id: entry.id };
      return newest.get(aboutOf(entry)) === entry ? transition : { ...transition, overtaken: true };
    });
  if (transitions.length > 0) {
    try {
      for (const id of await announce(transitions)) delivered.add(id);
      const refused = transitions.filter(({ id }) => !delivered.has(id)).length;
      if (refused > 0) faults.push(`the event bus refused ${refused} of ${transitions.length} transitions`);
    } catch (error) {
      faults.push(`transitions could not be announced: ${describeError(error)}`);
    }
  }
  for (const { id, of, content } of entries) {
    if (of !== 'notice') continue;
    try {
      await notify(content as Notice, id);
      delivered.add(id);
    } catch (error) {
      faults.push(`people could not be told: ${describeError(error)}`);
    }
  }
  return { left: entries.filter(({ id }) => !delivered.has(id)), faults };
}
