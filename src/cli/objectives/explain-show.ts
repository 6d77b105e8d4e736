import { join } from 'node:path';
import { type Catalogue, defaultSurface, surfaceOf } from '#core/catalogue/catalogue.ts';
import { findSlo } from '#core/catalogue/compile.ts';
import { requireCatalogue, requireSlo } from '../target/catalogue.ts';
import { usualFolder } from '../target/target-options.ts';
import type { JsonOptions } from '../terminal/options.ts';
import { print, printAside } from '../terminal/print.ts';
import { oneLine, wrapLines } from '../terminal/text.ts';
import { explanationJson } from './explain-json.ts';
import { explain, type Supposed } from './explain-slo.ts';
import { formatExplanation } from './explain-text.ts';
import { explainWord } from './explain-word.ts';

export interface ExplainOptions extends Supposed, JsonOptions {}

/** Explains one SLO of the files. @throws CliError where there is none of that name */
export async function showExplanation(
  name: string,
  options: ExplainOptions,
  root = process.cwd(),
): Promise<void> {
  const catalogue = await requireCatalogue(root);
  const word = await wordFor(catalogue, name, root);
  if (word !== undefined) {
    print(
      options.json === true
        ? JSON.stringify({ word: name, means: word }, null, 2)
        : wrapLines(word, '').join('\n'),
    );
    return;
  }
  const slo = requireSlo(catalogue, ownOrDefault(catalogue, name));
  const explanation = await explain(slo, surfaceOf(catalogue, slo.surface), options, join(root, usualFolder));
  print(
    options.json === true
      ? JSON.stringify(explanationJson(explanation), null, 2)
      : formatExplanation(explanation),
  );
}

/** A surface without a file goes by `default`'s; so do its SLOs. */
function ownOrDefault(catalogue: Catalogue, name: string): string {
  const [surface = '', id] = name.split('/');
  const instead = `${defaultSurface}/${id}`;
  if (id === undefined || catalogue.surfaces.some((each) => each.surface === surface)) return name;
  if (findSlo(catalogue, instead) === undefined) return name;
  printAside(`${oneLine(surface, 100)} has no file in slos/: it goes by slos/default.yaml.`);
  return instead;
}

/** A word of the glossary, where no SLO has that name. */
async function wordFor(catalogue: Catalogue, name: string, root: string): Promise<string | undefined> {
  const ids = new Set(catalogue.surfaces.flatMap(({ slos }) => slos.map(({ id }) => id)));
  return name.includes('/') || ids.has(name) ? undefined : explainWord(name, root);
}
