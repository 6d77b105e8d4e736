import { lstat, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolder } from '#adapters/files/make-folder.ts';
import { day } from '#core/time.ts';
import { postmortemMarkdown } from '#core/triage/postmortem-markdown.ts';
import { comparedBefore } from '#core/triage/triage.ts';
import { requireSlo } from '../target/catalogue.ts';
import { openTarget } from '../target/target.ts';
import type { TargetOptions } from '../target/target-options.ts';
import { CliError } from '../terminal/cli-error.ts';
import { requireInstant } from '../terminal/instant.ts';
import type { JsonOptions } from '../terminal/options.ts';
import { print, printAside } from '../terminal/print.ts';
import { composePostmortem } from './postmortem-compose.ts';
import { seriesCsv, verdictsCsv } from './postmortem-csv.ts';
import { postmortemJson } from './postmortem-json.ts';
import { triageSlo } from './triage-slo.ts';

export interface PostmortemOptions extends TargetOptions, JsonOptions {
  readonly surface?: string;
  /** Instants as they were typed. */
  readonly from: string;
  readonly to: string;
  readonly out?: string;
  readonly force?: boolean;
}

/** Roll-ups are kept for months; an incident that is longer than this is none. */
const longest = 30 * day;
const worstShown = 20;

/** Writes the bundle. @throws CliError where it cannot, with what to do */
export async function writePostmortem(name: string, options: PostmortemOptions): Promise<void> {
  const incident = {
    from: requireInstant('--from', options.from),
    to: requireInstant('--to', options.to),
  };
  if (!(incident.to > incident.from)) throw new CliError('--to: wanted an instant after --from.');
  if (incident.to - incident.from > longest)
    throw new CliError('--to: wanted an instant at most 30 days after --from.');
  const target = await openTarget(options);
  try {
    const slo = requireSlo(target.catalogue, name, options.surface);
    const folder = options.out ?? `postmortem-${slo.surface}-${slo.id}-${fileInstant(incident.from)}`;
    if (options.force !== true) await requireNone(folder);
    const work = await triageSlo(target, slo, {
      period: { from: incident.from - comparedBefore, to: incident.to },
      incident,
      worst: worstShown,
    });
    const postmortem = await composePostmortem(target, slo, incident, work);
    const data = `${JSON.stringify(postmortemJson(postmortem), null, 2)}\n`;
    const written: Readonly<Record<string, string>> = {
      'postmortem.md': postmortemMarkdown(postmortem),
      'series.csv': seriesCsv(work, slo),
      'verdicts.csv': verdictsCsv(work),
      'data.json': data,
    };
    await makeOutput(folder, options.force === true);
    for (const [file, text] of Object.entries(written)) await writeFile(join(folder, file), text);
    const say = options.json === true ? printAside : print;
    if (options.json === true) process.stdout.write(data);
    say(`The postmortem is in ${join(folder, 'postmortem.md')}. Actions and lessons are yours to fill in.`);
  } finally {
    await target.close();
  }
}

/** `2026-11-03T0915Z`: an instant that every file system takes. */
function fileInstant(at: number): string {
  return `${new Date(at).toISOString().slice(0, 16).replace(':', '')}Z`;
}

async function requireNone(folder: string): Promise<void> {
  const isThere = await lstat(folder).then(
    () => true,
    () => false,
  );
  if (isThere) throw new CliError(describeThere(folder));
}

function describeThere(folder: string): string {
  return `${folder} is there already. Name another folder with --out, or replace the files in it with --force.`;
}

async function makeOutput(folder: string, force: boolean): Promise<void> {
  try {
    await (force ? makeFolder(folder) : mkdir(folder));
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown';
    throw new CliError(
      code === 'EEXIST' && !force
        ? describeThere(folder)
        : `--out: ${folder} cannot be made (${code}). Name a folder within one that exists.`,
    );
  }
}
