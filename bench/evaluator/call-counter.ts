import type { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';

interface ConsumedCapacity {
  readonly CapacityUnits?: number;
}

/** Counts what SDK clients send, and the capacity units that DynamoDB tells of. */
export class CallCounter {
  readUnits = 0;
  writeUnits = 0;
  readonly #sent = new Map<string, number>();

  constructor(clients: readonly (DynamoDBClient | CloudWatchClient)[]) {
    for (const client of clients) this.#watch(client);
  }

  /** How often these commands were sent: `Query`, `PutItem`. */
  count(...names: readonly string[]): number {
    return names.reduce((sum, name) => sum + (this.#sent.get(name) ?? 0), 0);
  }

  describe(): string {
    return [...this.#sent].map(([name, count]) => `${count} ${name}`).join(', ');
  }

  reset(): void {
    this.#sent.clear();
    this.readUnits = 0;
    this.writeUnits = 0;
  }

  #watch(client: DynamoDBClient | CloudWatchClient): void {
    const stack = client.middlewareStack as unknown as {
      add(
        middleware: (
          next: (args: { input: object }) => Promise<{ output: object }>,
          context: { commandName?: string },
        ) => (args: { input: object }) => Promise<{ output: object }>,
        options: { step: 'initialize'; name: string },
      ): void;
    };
    stack.add(
      (next, context) => async (args) => {
        const name = (context.commandName ?? 'unknown').replace(/Command$/, '');
        this.#sent.set(name, this.count(name) + 1);
        const isDynamo = client instanceof DynamoDBClient;
        const input = isDynamo ? { ...args.input, ReturnConsumedCapacity: 'TOTAL' } : args.input;
        const result = await next({ ...args, input });
        const found = (result.output as { ConsumedCapacity?: ConsumedCapacity | ConsumedCapacity[] })
          .ConsumedCapacity;
        const units = [found ?? []].flat().reduce((sum, { CapacityUnits = 0 }) => sum + CapacityUnits, 0);
        if (name === 'Query' || name === 'GetItem') this.readUnits += units;
        else this.writeUnits += units;
        return result;
      },
      { step: 'initialize', name: 'countCalls' },
    );
  }
}
