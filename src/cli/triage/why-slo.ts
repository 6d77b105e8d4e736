import type { Catalogue } from '#core/catalogue/catalogue.ts';
import { readInstant } from '#core/instant.ts';
import type { Slo } from '#core/slo/definition/slo.ts';
import { day } from '#core/time.ts';
import { searchWidth } from '#core/triage/triage.ts';
import { requireSlo } from '../objectives/explain-slo.ts';
import { openSource, type ReportSource } from '../target/target.ts';
import { CliError, oneLine } from '../terminal/output.ts';
import { triageSlo } from './triage-slo.ts';
import type { WhyOptions } from './why.ts';
import { triageJson, triageLines } from './why-text.ts';

/** Looks into an SLO and prints what it finds. @throws CliError */
export async function explainFall(name: string, options: WhyOptions): Promise<void> {
  const at = options.at === undefined ? undefined : requireInstant('--at', options.at);
  const source = await openSource(options);
  try {
    const slo = requireSloOf(source.catalogue, name, options.surface);
    const to = at ?? latest(source);
    const width = options.days === undefined ? searchWidth(slo.window) : options.days * day;
    const { triage } = await triageSlo(source, slo, {
      period: { from: to - width, to },
      widen: options.days === undefined,
      worst: options.worst,
    });
    console.log(
      options.json === true
        ? JSON.stringify(triageJson(triage), null, 2)
        : triageLines(triage, { option: source.option }).join('\n'),
    );
  } finally {
    await source.close();
  }
}

/** Now; of a replayed history its end. @throws CliError where there is nothing yet */
export function latest({ session, evaluatedAt, name }: ReportSource): number {
  if (session === undefined) return Date.now();
  if (evaluatedAt === undefined)
    throw new CliError(`${name} was never evaluated, so there is nothing to look into. Let it run first.`);
  return evaluatedAt;
}

/** The SLO of a name as people type it, with the surface beside it or in it. @throws CliError that lists the known ones */
export function requireSloOf(catalogue: Catalogue, name: string, surface: string | undefined): Slo {
  if (surface === undefined) return requireSlo(catalogue, name);
  const known = catalogue.surfaces.map((each) => each.surface);
  if (!known.includes(surface))
    throw new CliError(
      `--surface: there is no surface "${oneLine(surface)}" here. Known: ${known.join(', ')}.`,
    );
  return requireSlo(catalogue, name.startsWith(`${surface}/`) ? name : `${surface}/${name}`);
}

/** An instant of the command line, epoch milliseconds. @throws CliError */
export function requireInstant(option: string, text: string): number {
  const cell = readInstant(text.trim());
  if (cell.ok) return cell.value;
  throw new CliError(`${option}: ${cell.reason}.`);
}
