import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { dayKey, minute } from '#core/time.ts';
import { createSpendingStore, type SpendingStore, wasRefused } from './spending-store.ts';

/**
 * A draw that found no room under the cap is believed for so long: others hold what their batches may need, and give back what
 * they did not. Milliseconds, by the wall clock.
 */
const refusalBelieved = minute;

/** Days of which an instance remembers something: messages live for a week, and a replay has its own days. */
const mostDays = 16;

/** US dollars under which nothing is worth a write: what adding and taking away leaves of rounding. */
const dust = 1e-9;

/** A UTC day as an instance sees it. */
interface Day {
  readonly at: number;
  /** Drawn and not reserved for any call; under 0 where a call cost more than was reserved for it. US dollars. */
  leftUsd: number;
  /** Spent on judging more than the usual sample, and not noted in the table yet. US dollars. */
  zoomedUsd: number;
  /** The same, on judging stored responses under another version. */
  rescoredUsd: number;
  /** Judgements that were shed and are not counted in the table yet. */
  shed: number;
  /** What an older version noted of it, once it was read. */
  earlierUsd?: Promise<number>;
  /** A draw of so much was refused; one of as much is not asked for until then. */
  refused: { readonly usd: number; readonly until: number } | undefined;
  /** Counts what was given back here, so that a draw that began before is not remembered as refused after. */
  returns: number;
}

/**
 * The spending cap of each UTC day as one judge instance sees it. A batch draws what it can cost from the day's cap, spends from
 * its draw, and gives back what is left: two writes a batch, and an instance between batches holds nothing. Money is noted before
 * a call can spend it, so what is noted is never under the true cost, and an instance that dies leaves at most its batch's draw
 * too much. All instances together never note more than the cap.
 */
export class SpendingAllowance {
  readonly #store: SpendingStore;
  readonly #capUsd: number;
  readonly #now: () => number;
  readonly #days = new Map<string, Day>();
  /** One on Lambda; the local run's batches share an instance. */
  #openBatches = 0;
  /** Draws stand in line: a second one may find that the first brought enough. */
  #line: Promise<unknown> = Promise.resolve();

  constructor(dynamo: DynamoDBClient, table: string, capUsd: number, now: () => number = Date.now) {
    this.#store = createSpendingStore(dynamo, table);
    this.#capUsd = capUsd;
    this.#now = now;
  }

  /** The allowance of one invocation, to be closed at its end. @param calls that it is likely to make */
  openBatch(calls: number): BatchAllowance {
    this.#openBatches += 1;
    let callsToCome = calls;
    return {
      reserve: (at, usd) => {
        callsToCome = Math.max(0, callsToCome - 1);
        const forOthersUsd = usd * callsToCome;
        const turn = this.#line.then(() => this.#reserve(this.#day(at), usd, forOthersUsd));
        this.#line = turn.catch(() => undefined);
        return turn;
      },
      settle: (at, reservedUsd, spentUsd, zoom = 1, isRescored = false) => {
        this.#day(at).leftUsd += reservedUsd - spentUsd;
        if (isRescored) this.#day(at).rescoredUsd += spentUsd;
        else this.#day(at).zoomedUsd += spentUsd * (1 - 1 / zoom);
      },
      countShed: (at) => {
        this.#day(at).shed += 1;
      },
      close: () => this.#close(),
    };
  }

  async #reserve(day: Day, usd: number, forOthersUsd: number): Promise<boolean> {
    if (day.leftUsd < usd - dust) {
      const lacking = usd - day.leftUsd;
      const drawn =
        forOthersUsd > 0 && (await this.#draw(day, lacking + forOthersUsd))
          ? lacking + forOthersUsd
          : lacking;
      if (drawn === lacking && !(await this.#draw(day, lacking))) return false;
      day.leftUsd += drawn;
    }
    day.leftUsd -= usd;
    return true;
  }

  async #draw(day: Day, usd: number): Promise<boolean> {
    if (day.refused !== undefined && usd >= day.refused.usd && this.#now() < day.refused.until) return false;
    day.earlierUsd ??= this.#store.readEarlier(day.at).catch((error: unknown) => {
      delete day.earlierUsd;
      throw error;
    });
    const room = this.#capUsd - (await day.earlierUsd) - usd;
    const { returns } = day;
    if (room >= 0 && (await this.#store.draw(day.at, usd, room))) return true;
    if (day.returns === returns) day.refused = { usd, until: this.#now() + refusalBelieved };
    return false;
  }

  async #close(): Promise<void> {
    this.#openBatches -= 1;
    const isLast = this.#openBatches === 0;
    const writes = [...this.#days.values()].flatMap((day) => [
      this.#countShed(day),
      ...(isLast ? [this.#giveBack(day)] : []),
    ]);
    for (const outcome of await Promise.allSettled(writes))
      if (outcome.status === 'rejected') throw outcome.reason;
  }

  async #giveBack(day: Day): Promise<void> {
    const { leftUsd: usd, zoomedUsd, rescoredUsd } = day;
    const spentOn = { zoomedUsd, rescoredUsd };
    if (Math.abs(usd) < dust && zoomedUsd < dust && rescoredUsd < dust) return;
    day.leftUsd -= usd;
    day.zoomedUsd -= zoomedUsd;
    day.rescoredUsd -= rescoredUsd;
    try {
      if (usd < 0) return await this.#store.noteBeyond(day.at, -usd, spentOn);
      await this.#store.giveBack(day.at, usd, spentOn);
      day.returns += 1;
      day.refused = undefined;
    } catch (error) {
      // Where it may have been given back it is not spent: better too much noted than too little.
      if (usd < 0 || wasRefused(error)) day.leftUsd += usd;
      day.zoomedUsd += zoomedUsd;
      day.rescoredUsd += rescoredUsd;
      throw error;
    }
  }

  async #countShed(day: Day): Promise<void> {
    const count = day.shed;
    if (count === 0) return;
    day.shed -= count;
    try {
      await this.#store.countShed(day.at, count);
    } catch (error) {
      day.shed += count;
      throw error;
    }
  }

  #day(at: number): Day {
    const key = dayKey(at);
    let day = this.#days.get(key);
    if (day === undefined) {
      const [oldest] = this.#days.keys();
      if (this.#days.size >= mostDays && oldest !== undefined) this.#days.delete(oldest);
      day = { at, leftUsd: 0, zoomedUsd: 0, rescoredUsd: 0, shed: 0, refused: undefined, returns: 0 };
      this.#days.set(key, day);
    }
    return day;
  }
}

/** What one invocation may spend. */
export interface BatchAllowance {
  /** Reserves money for a call, of the day of an instant (epoch milliseconds). @returns whether it fits under the cap */
  readonly reserve: (at: number, usd: number) => Promise<boolean>;
  /**
   * Replaces a reservation by what a call really cost.
   *
   * @param zoom by how much its surface's sampling rate was multiplied
   * @param isRescored whether it was for the past of a version: then it is noted as that, and not as zoomed
   */
  readonly settle: (
    at: number,
    reservedUsd: number,
    spentUsd: number,
    zoom?: number,
    isRescored?: boolean,
  ) => void;
  /** Counts a judgement that the cap shed, in the table once the batch is closed. */
  readonly countShed: (at: number) => void;
  /** Gives back what was drawn and not spent, and notes what was shed. @throws the SDK's error of the first write that failed */
  readonly close: () => Promise<void>;
}
