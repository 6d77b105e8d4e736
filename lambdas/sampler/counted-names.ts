import { isRefusedForGood } from '#adapters/dynamodb/client.ts';
import type { NameStore } from '#adapters/dynamodb/name-store.ts';
import { inParallel } from '#adapters/in-parallel.ts';
import {
  type NameCaps,
  type NameKind,
  type NameSets,
  nameKey,
  nameKinds,
} from '#core/series/counted-names.ts';
import { noCohort, overflowName } from '#core/series/keys.ts';
import { day, floorTo } from '#core/time.ts';
import { SeenIds } from './seen-ids.ts';

/** Days of surfaces that an instance remembers: each holds some hundred names. */
const maxDays = 512;

/** Claims under way at once. */
const claimWidth = 8;

/** Told once a day, surface and kind by each instance. It never holds a name that a sender chose. */
export type Notice =
  | {
      readonly kind: 'names-overflow';
      readonly surface: string;
      readonly of: NameKind;
      readonly cap: number;
      readonly day: number;
    }
  | { readonly kind: 'names-unclaimed'; readonly surface: string; readonly day: number };

/** A notice in a line of the log. */
export function describeNotice(notice: Notice): string {
  switch (notice.kind) {
    case 'names-overflow':
      return `a surface has had ${notice.cap} ${notice.of}s today, and further ones are counted as "${overflowName}": send fewer values there`;
    case 'names-unclaimed':
      return 'names that are new today could not be stored: the records that have them come again until they can';
  }
}

/** What an instance knows of the names under which each surface's records are counted. */
export class CountedNames {
  /** Ids of its last responses. */
  readonly seen = new SeenIds();
  readonly #store: NameStore;
  readonly #caps: NameCaps;
  readonly #notify: (notice: Notice) => void;
  readonly #days = new Map<string, NamesOfDay>();
  /** Of each surface the day that was asked for last. */
  readonly #last = new Map<string, NamesOfDay>();

  constructor(store: NameStore, caps: NameCaps, notify: (notice: Notice) => void) {
    this.#store = store;
    this.#caps = caps;
    this.#notify = notify;
  }

  /** The names of a surface on the day of an instant. */
  of(surface: string, at: number): NamesOfDay {
    const last = this.#last.get(surface);
    if (last !== undefined && at >= last.start && at < last.start + day) return last;
    const start = floorTo(at, day);
    const key = `${surface}#${start}`;
    let names = this.#days.get(key);
    if (names === undefined) {
      names = new NamesOfDay(surface, start, this.#caps);
      this.#days.set(key, names);
    }
    this.#last.set(surface, names);
    return names;
  }

  /**
   * Claims what was noted and is not known.
   *
   * @returns surfaces' days of which the table does not answer: records that brought a name there are to come again, for under
   *   another name they would be lost to its alarms
   */
  async claim(): Promise<ReadonlySet<NamesOfDay>> {
    const unclaimed = new Set<NamesOfDay>();
    await inParallel([...this.#days.values()], claimWidth, async (names) => {
      const { surface, start } = names;
      const noted = names.takeNoted();
      if (noted !== undefined) {
        try {
          names.settle(noted, await this.#store.claim(surface, start, inOrder(noted), this.#caps));
        } catch (error) {
          this.#notify({ kind: 'names-unclaimed', surface, day: start });
          // What the table will never take counts as others.
          if (!isRefusedForGood(error)) unclaimed.add(names);
        }
      }
      for (const of of names.takeOverflown())
        this.#notify({ kind: 'names-overflow', surface, of, cap: this.#caps[of], day: start });
    });
    for (const key of [...this.#days.keys()].slice(0, Math.max(0, this.#days.size - maxDays)))
      this.#days.delete(key);
    this.#last.clear();
    return unclaimed;
  }
}

/** Names that records had, by kind, and how many had each. */
type NotedNames = Readonly<Record<NameKind, ReadonlyMap<string, number>>>;

/** The most frequent first: a name that many records have goes before one that a single record has. */
function inOrder(noted: NotedNames): NameSets {
  return byKind((kind) => {
    const sorted = [...noted[kind]].sort(([, first], [, second]) => second - first);
    return new Set(sorted.map(([name]) => nameKey(name)));
  });
}

/** The names of a surface's day. Batches may note and claim side by side. */
export class NamesOfDay {
  readonly surface: string;
  /** Epoch milliseconds. */
  readonly start: number;
  readonly #caps: NameCaps;
  /** As senders write them; a cohort and a release as the slice that they are. */
  readonly #counted = {
    provider: new Set<string>([overflowName]),
    cohort: new Set<string>([`c:${noCohort}`, `c:${overflowName}`]),
    release: new Set<string>([`r:${overflowName}`]),
  };
  /** As they are kept, other instances' included. */
  #claimed: NameSets = byKind(() => new Set<string>());
  #noted = byKind(() => new Map<string, number>());
  readonly #overflown = new Map<NameKind, 'new' | 'told'>();

  constructor(surface: string, start: number, caps: NameCaps) {
    this.surface = surface;
    this.start = start;
    this.#caps = caps;
  }

  /** Notes that a record has this name: a provider, or a slice. @returns whether it is to be claimed first */
  note(kind: NameKind, name: string): boolean {
    if (this.#counted[kind].has(name)) return false;
    const isFull = this.#claimed[kind].size >= this.#caps[kind];
    if (this.#claimed[kind].has(nameKey(name))) this.#counted[kind].add(name);
    else if (isFull) this.#overflow(kind);
    else this.#noted[kind].set(name, (this.#noted[kind].get(name) ?? 0) + 1);
    return this.#noted[kind].has(name);
  }

  /** What was noted since this was asked last, and is not known; undefined where that is nothing. */
  takeNoted(): NotedNames | undefined {
    if (nameKinds.every((kind) => this.#noted[kind].size === 0)) return undefined;
    const noted = this.#noted;
    this.#noted = byKind(() => new Map<string, number>());
    return noted;
  }

  /** @param claimed every name of the day as it stands now */
  settle(noted: NotedNames, claimed: NameSets): void {
    // Names are only ever added, so of two answers the longer one is the later one.
    const known = this.#claimed;
    this.#claimed = byKind((kind) => (claimed[kind].size >= known[kind].size ? claimed : known)[kind]);
    for (const kind of nameKinds) {
      for (const name of noted[kind].keys()) {
        if (this.#claimed[kind].has(nameKey(name))) this.#counted[kind].add(name);
        else this.#overflow(kind);
      }
    }
  }

  /** Kinds whose names began to be too many since this was asked last. */
  takeOverflown(): NameKind[] {
    const begun = [...this.#overflown].flatMap(([kind, state]) => (state === 'new' ? [kind] : []));
    for (const kind of begun) this.#overflown.set(kind, 'told');
    return begun;
  }

  /** Whether a name that was noted is counted under itself. */
  has(kind: NameKind, name: string): boolean {
    return this.#counted[kind].has(name);
  }

  #overflow(kind: NameKind): void {
    if (!this.#overflown.has(kind)) this.#overflown.set(kind, 'new');
  }
}

function byKind<Value>(make: (kind: NameKind) => Value): Record<NameKind, Value> {
  return { provider: make('provider'), cohort: make('cohort'), release: make('release') };
}
