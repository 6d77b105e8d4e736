import type { StoredJudgement } from '#adapters/dynamodb/judgement-item.ts';
import type { VerdictJournal } from '#adapters/dynamodb/verdict-journal.ts';
import type { DirtyMark } from '#core/series/control.ts';
import { HourVerdicts, type KeyedVerdict, keyVerdict } from '#core/series/hour-verdicts.ts';
import { type DirtyHour, dirtySortKey, type Slice } from '#core/series/keys.ts';
import type { FreshColumns } from '#core/series/series-set.ts';
import { minute, second } from '#core/time.ts';

export interface RecentVerdictsDependencies {
  readonly journal: Pick<VerdictJournal, 'readSince'>;
  /** Wall clock, epoch milliseconds: the journal is in the order of the judge's. */
  readonly clock: () => number;
}

/** Entries of so long ago are read again: judges write side by side, and their clocks differ. */
const overlap = 2 * second;

/** What lies further back is cheaper read by the hour. */
const furthest = 10 * minute;

/** Some 60 bytes each. Hours that were not changed for the longest go first. */
const mostHeld = 500_000;

/** An hour as it was read whole, and every change of its mark that was added since. */
interface HeldHour {
  /** Undefined once its mark was taken away: the next one begins anew. */
  life: string | undefined;
  changes: number;
  readonly verdicts: HourVerdicts;
}

/**
 * The verdicts of hours that still change, as an evaluator instance remembers them: it reads an hour whole once, and then
 * from the judge's journal what came since. Where a change of the mark is not in the journal, the hour is read whole
 * again, so that nothing is missed whatever became of the journal.
 */
export class RecentVerdicts {
  readonly #use: RecentVerdictsDependencies;
  readonly #held = new Map<string, HeldHour>();
  /** Journalled changes that were not added yet, by hour and then by life and number. */
  readonly #waiting = new Map<string, Map<string, readonly KeyedVerdict[]>>();
  #readUpTo: number;
  #count = 0;

  constructor(use: RecentVerdictsDependencies) {
    this.#use = use;
    this.#readUpTo = use.clock();
  }

  /** Reads the journal once for all hours, where it can tell something of one of these. */
  async read(changed: readonly DirtyMark[]): Promise<void> {
    if (!changed.some(({ dirty }) => this.#held.has(dirtySortKey(dirty)))) return;
    const now = this.#use.clock();
    const from = Math.max(this.#readUpTo - overlap, now - furthest);
    const entries = await this.#use.journal.readSince(from);
    this.#readUpTo = now;
    this.#dropOld();
    for (const { hour, life, changes, verdicts } of entries) {
      const held = this.#held.get(hour);
      if (held === undefined || (held.life === life && changes <= held.changes)) continue;
      const waiting = this.#waiting.get(hour) ?? new Map<string, readonly KeyedVerdict[]>();
      this.#waiting.set(hour, waiting.set(nameOf(life, changes), verdicts));
    }
  }

  /** The hour of a mark with every change up to it; undefined where it has to be read whole. */
  follow({ dirty, place }: DirtyMark): ReadonlyMap<Slice, FreshColumns> | undefined {
    const hour = dirtySortKey(dirty);
    const held = this.#held.get(hour);
    if (held === undefined || place === undefined) return undefined;
    const isNew = held.life === undefined;
    if (!isNew && held.life !== place.life) return undefined;
    const added: (readonly KeyedVerdict[])[] = [];
    let changes = isNew ? 0 : held.changes;
    const next = () => this.#waiting.get(hour)?.get(nameOf(place.life, changes + 1));
    for (let verdicts = next(); verdicts !== undefined; verdicts = next()) {
      added.push(verdicts);
      changes += 1;
    }
    if (changes < place.changes) return undefined;
    held.life = place.life;
    held.changes = changes;
    this.#hold(hour, held, () => {
      for (const each of added.flat()) held.verdicts.add(each);
    });
    return held.verdicts.columns;
  }

  /**
   * Takes an hour as it was read whole.
   *
   * @param mark as it stood before the hour was read
   */
  take(
    { dirty, place }: DirtyMark,
    judgements: readonly StoredJudgement[],
  ): ReadonlyMap<Slice, FreshColumns> {
    const hour = dirtySortKey(dirty);
    if (dirty.of === 'counts') return new Map();
    const verdicts = new HourVerdicts(dirty.rubric);
    for (const each of judgements) verdicts.add(keyVerdict(each));
    this.#forget(hour);
    if (place !== undefined) this.#hold(hour, { ...place, verdicts }, () => undefined);
    return verdicts.columns;
  }

  /** To be called when this instance itself took a mark away, at which it had brought the hour up to it. */
  markGone(dirty: DirtyHour): void {
    const held = this.#held.get(dirtySortKey(dirty));
    if (held !== undefined) held.life = undefined;
  }

  /** Lets an hour go: no change of it is followed any more. */
  forget(dirty: DirtyHour): void {
    this.#forget(dirtySortKey(dirty));
  }

  /** Lets all hours of a surface go. */
  drop(surface: string): void {
    for (const hour of [...this.#held.keys()]) if (hour.split('#')[1] === surface) this.#forget(hour);
  }

  #forget(hour: string): void {
    this.#count -= this.#held.get(hour)?.verdicts.size ?? 0;
    this.#held.delete(hour);
    this.#waiting.delete(hour);
  }

  #hold(hour: string, held: HeldHour, change: () => void): void {
    this.#count -= this.#held.has(hour) ? held.verdicts.size : 0;
    change();
    this.#count += held.verdicts.size;
    this.#held.delete(hour);
    this.#held.set(hour, held);
    for (const oldest of [...this.#held.keys()]) {
      if (this.#count <= mostHeld) break;
      this.#forget(oldest);
    }
  }

  /** What was added, or can never be. */
  #dropOld(): void {
    for (const [hour, waiting] of this.#waiting) {
      const held = this.#held.get(hour);
      for (const name of waiting.keys()) {
        const [life, changes] = readName(name);
        const isOpen = held !== undefined && (held.life === undefined || held.life === life);
        if (!isOpen || (held.life === life && changes <= held.changes)) waiting.delete(name);
      }
      if (waiting.size === 0) this.#waiting.delete(hour);
    }
  }
}

function nameOf(life: string, changes: number): string {
  return `${changes}#${life}`;
}

function readName(name: string): [life: string, changes: number] {
  const at = name.indexOf('#');
  return [name.slice(at + 1), Number(name.slice(0, at))];
}
