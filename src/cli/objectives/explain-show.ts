import { join } from 'node:path';
import { surfaceOf } from '#core/catalogue/catalogue.ts';
import { requireCatalogue, requireSlo } from '../target/catalogue.ts';
import { usualFolder } from '../target/target-options.ts';
import type { JsonOptions } from '../terminal/options.ts';
import { print } from '../terminal/print.ts';
import { explanationJson } from './explain-json.ts';
import { explain, type Supposed } from './explain-slo.ts';
import { formatExplanation } from './explain-text.ts';

export interface ExplainOptions extends Supposed, JsonOptions {}

/** Explains one SLO of the files. @throws CliError where there is none of that name */
export async function showExplanation(
  name: string,
  options: ExplainOptions,
  root = process.cwd(),
): Promise<void> {
  const catalogue = await requireCatalogue(root);
  const slo = requireSlo(catalogue, name);
  const explanation = await explain(slo, surfaceOf(catalogue, slo.surface), options, join(root, usualFolder));
  print(
    options.json === true
      ? JSON.stringify(explanationJson(explanation), null, 2)
      : formatExplanation(explanation),
  );
}
