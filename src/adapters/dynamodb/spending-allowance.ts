import { type DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { spendKey } from '#core/series/control.ts';
import { day, dayKey } from '#core/time.ts';
import { isConditionFailure, toItem } from './client.ts';

/**
 * Share of the day's cap that an instance draws at once. It spends from its draw without asking again, so that the
 * cap costs a write per hundred calls and not two per call; what a dead instance had left is lost to the day.
 */
const shareOfCap = 1 / 200;

/**
 * The spending cap of a UTC day as one judge instance sees it. Money is reserved before a call and given back after
 * it; all instances together never reserve more than the cap.
 */
export class SpendingAllowance {
  readonly #dynamo: DynamoDBClient;
  readonly #table: string;
  readonly #capUsd: number;
  #day = '';
  #leftUsd = 0;
  /** Draws stand in line: a second one may find that the first brought enough. */
  #line: Promise<unknown> = Promise.resolve();

  constructor(dynamo: DynamoDBClient, table: string, capUsd: number) {
    this.#dynamo = dynamo;
    this.#table = table;
    this.#capUsd = capUsd;
  }

  /**
   * Reserves money of the day of an instant.
   *
   * @returns whether it fits under the cap
   */
  reserve(at: number, usd: number): Promise<boolean> {
    const turn = this.#line.then(() => this.#take(at, usd));
    this.#line = turn.catch(() => undefined);
    return turn;
  }

  /** Replaces a reservation by what a call really cost. */
  settle(at: number, reservedUsd: number, spentUsd: number): void {
    if (dayKey(at) === this.#day) this.#leftUsd += reservedUsd - spentUsd;
  }

  /** Counts a judgement that the cap shed. */
  async countShed(at: number): Promise<void> {
    await this.#dynamo.send(
      new UpdateItemCommand({
        TableName: this.#table,
        Key: toItem({ ...spendKey(at) }),
        UpdateExpression: 'ADD shed :one SET expiresAt = :e',
        ExpressionAttributeValues: toItem({ ':one': 1, ':e': expiry(at) }),
      }),
    );
  }

  async #take(at: number, usd: number): Promise<boolean> {
    if (dayKey(at) !== this.#day) {
      this.#day = dayKey(at);
      this.#leftUsd = 0;
    }
    if (this.#leftUsd < usd) {
      const lacking = usd - this.#leftUsd;
      const drawn = Math.max(lacking, this.#capUsd * shareOfCap);
      if (await this.#draw(at, drawn)) this.#leftUsd += drawn;
      else if (drawn > lacking && (await this.#draw(at, lacking))) this.#leftUsd += lacking;
      else return false;
    }
    this.#leftUsd -= usd;
    return true;
  }

  async #draw(at: number, usd: number): Promise<boolean> {
    if (usd > this.#capUsd) return false;
    try {
      await this.#dynamo.send(
        new UpdateItemCommand({
          TableName: this.#table,
          Key: toItem({ ...spendKey(at) }),
          UpdateExpression: 'ADD spentUsd :usd SET expiresAt = :e',
          ConditionExpression: 'attribute_not_exists(spentUsd) OR spentUsd <= :room',
          ExpressionAttributeValues: toItem({ ':usd': usd, ':room': this.#capUsd - usd, ':e': expiry(at) }),
        }),
      );
      return true;
    } catch (error) {
      if (isConditionFailure(error)) return false;
      throw error;
    }
  }
}

/** Spending is kept for a month of looking back; epoch seconds. */
function expiry(at: number): number {
  return Math.ceil((at + 35 * day) / 1000);
}
