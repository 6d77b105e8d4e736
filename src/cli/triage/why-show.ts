import { day } from '#core/time.ts';
import { searchWidth } from '#core/triage/triage.ts';
import { requireSlo } from '../target/catalogue.ts';
import { openTarget, type Target } from '../target/target.ts';
import type { TargetOptions } from '../target/target-options.ts';
import { CliError } from '../terminal/cli-error.ts';
import { requireInstant } from '../terminal/instant.ts';
import type { JsonOptions } from '../terminal/options.ts';
import { print } from '../terminal/print.ts';
import { triageJson } from './triage-json.ts';
import { triageSlo } from './triage-slo.ts';
import { formatTriage } from './why-text.ts';

export interface WhyOptions extends TargetOptions, JsonOptions {
  readonly surface?: string;
  /** An instant as it was typed. */
  readonly at?: string;
  readonly days?: number;
  readonly worst: number;
}

/** Looks into an SLO and prints what it finds. @throws CliError */
export async function explainFall(name: string, options: WhyOptions): Promise<void> {
  const at = options.at === undefined ? undefined : requireInstant('--at', options.at);
  const target = await openTarget(options);
  try {
    const slo = requireSlo(target.catalogue, name, options.surface);
    const to = at ?? latest(target);
    const width = options.days === undefined ? searchWidth(slo.window) : options.days * day;
    const { triage } = await triageSlo(target, slo, {
      period: { from: to - width, to },
      widen: options.days === undefined,
      worst: options.worst,
    });
    print(
      options.json === true
        ? JSON.stringify(triageJson(triage), null, 2)
        : formatTriage(triage, target.flags),
    );
  } finally {
    await target.close();
  }
}

/** Now; of a replayed history its end. @throws CliError where there is nothing yet */
function latest({ session, evaluatedAt, name }: Target): number {
  if (session === undefined) return Date.now();
  if (evaluatedAt === undefined)
    throw new CliError(`${name} was never evaluated, so there is nothing to look into. Let it run first.`);
  return evaluatedAt;
}
