import { parseYaml } from '#adapters/files/yaml-file.ts';
import type { Rubric } from '#core/rubric/rubric.ts';
import { rubricSchema } from '#core/rubric/rubric-schema.ts';
import { FileFaultError } from '../terminal/cli-error.ts';

/**
 * A rubric file's text with another version and state, its comments and layout kept.
 *
 * @throws CliError where the two do not stand on lines of their own
 */
export function withSettings(
  file: string,
  text: string,
  settings: Pick<Rubric, 'version' | 'state'>,
): string {
  const changed = text
    .replace(/^(version:[ \t]*)\d+/m, `$1${settings.version}`)
    .replace(/^(state:[ \t]*)[a-z]+/m, `$1${settings.state}`);
  const reading = parseYaml(file, changed, rubricSchema);
  if (reading.ok && reading.value.version === settings.version && reading.value.state === settings.state)
    return changed;
  throw new FileFaultError(
    `${file}: wanted lines "version: <number>" and "state: <state>" of their own at the top level, got another form. Write them so, then give the command again.`,
  );
}
