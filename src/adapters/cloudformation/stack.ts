import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';

/** What CloudFormation says of a stack. */
export type StackReading =
  | {
      readonly ok: true;
      /** Such as `UPDATE_COMPLETE`. */
      readonly status: string;
      readonly outputs: Readonly<Record<string, string>>;
    }
  | { readonly ok: false; readonly reason: string };

/** Describes one stack. Whatever goes wrong is a reason, not an exception. */
export async function describeStack(name: string): Promise<StackReading> {
  const client = new CloudFormationClient({});
  try {
    const { Stacks = [] } = await client.send(new DescribeStacksCommand({ StackName: name }));
    const [stack] = Stacks;
    if (stack?.StackStatus === undefined)
      return { ok: false, reason: 'what came is no description of a stack' };
    const outputs = (stack.Outputs ?? []).map(({ OutputKey = '', OutputValue = '' }) => [
      OutputKey,
      OutputValue,
    ]);
    return { ok: true, status: stack.StackStatus, outputs: Object.fromEntries(outputs) };
  } catch (error) {
    return { ok: false, reason: error instanceof Error ? error.message : String(error) };
  } finally {
    client.destroy();
  }
}
