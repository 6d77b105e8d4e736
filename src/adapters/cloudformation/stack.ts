import {
  CloudFormationClient,
  DescribeStacksCommand,
  GetTemplateCommand,
} from '@aws-sdk/client-cloudformation';
import * as z from 'zod';
import type { Catalogue } from '#core/catalogue/catalogue.ts';
import { catalogueMetadata } from '#core/names.ts';
import { unpackCatalogue } from '../files/compiled-catalogue.ts';

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

/** The catalogue that a stack was deployed with. */
export type CatalogueReading =
  | { readonly ok: true; readonly catalogue: Catalogue }
  | { readonly ok: false; readonly reason: string };

const templateWithCatalogue = z.object({ Metadata: z.object({ [catalogueMetadata]: z.string() }) });

/** Reads the compiled catalogue out of a stack's template. Whatever goes wrong is a reason, not an exception. */
export async function readStackCatalogue(name: string): Promise<CatalogueReading> {
  const client = new CloudFormationClient({});
  try {
    const { TemplateBody = '' } = await client.send(new GetTemplateCommand({ StackName: name }));
    const template = templateWithCatalogue.safeParse(JSON.parse(TemplateBody));
    if (!template.success)
      return { ok: false, reason: `the template of "${name}" carries no catalogue; deploy this version` };
    return { ok: true, catalogue: unpackCatalogue(template.data.Metadata[catalogueMetadata]) };
  } catch (error) {
    return { ok: false, reason: error instanceof Error ? error.message : String(error) };
  } finally {
    client.destroy();
  }
}
