import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { checkCatalogueFiles, readRubrics } from '#adapters/files/catalogue-files.ts';
import { extendLock } from '#adapters/files/rubric-lock.ts';
import { formatFault } from '#adapters/files/yaml-file.ts';
import { anyOf, type CaseKind, compare, isWanted } from './case-kind.ts';

const schema = z.object({
  /** What the file is: `rubric`, `surface` or `policy`. */
  of: z.enum(['rubric', 'surface', 'policy']),
  /** Its bytes: YAML, hopefully. */
  file: z.base64(),
  /** `told`: accepted with a note at its line. */
  want: anyOf(z.enum(['accepted', 'refused', 'told'])),
});

const project = join(import.meta.dirname, '..', '..');

/** What becomes of a file of settings among the shipped ones, as `assay rubric check` and `assay slo check` read it. */
export const file: CaseKind<typeof schema> = {
  schema,
  async run({ of, file: encoded, want }) {
    const bytes = Buffer.from(encoded, 'base64');
    const root = await mkdtemp(join(tmpdir(), 'assay-case-'));
    try {
      for (const folder of ['rubrics', 'slos'])
        await cp(join(project, folder), join(root, folder), { recursive: true });
      const place = placeOf(of, bytes.toString('latin1'));
      await mkdir(dirname(join(root, place)), { recursive: true });
      await writeFile(join(root, place), bytes);
      const { files, faults } = await readRubrics(root);
      if (faults.length === 0) await extendLock(root, files);
      const check = await checkCatalogueFiles(root);
      const notes = check.ok ? check.warnings : check.faults;
      const own = notes.filter((note) => note.file === place);
      const came = !check.ok ? 'refused' : own.length > 0 ? 'told' : 'accepted';
      if (came === 'refused' && own.length === 0)
        return { right: false, came: `another file is refused: ${notes.map(formatFault).join(' ')}` };
      const outcome = compare(want, came);
      return isWanted(want, came)
        ? outcome
        : { ...outcome, came: `${came} ${own.map(formatFault).join(' ')}` };
    } finally {
      await rm(root, { recursive: true, force: true });
    }
  },
};

/** Where a file belongs, by what it says of itself. */
function placeOf(of: z.infer<typeof schema>['of'], text: string): string {
  const said = (key: string, otherwise: string) =>
    new RegExp(`^${key}: *["']?([\\w.-]+)`, 'm').exec(text)?.[1] ?? otherwise;
  if (of === 'rubric') return join('rubrics', said('id', 'case'), `${said('version', '1')}.yaml`);
  return join('slos', of === 'policy' ? 'policy.yaml' : `${said('surface', 'case')}.yaml`);
}
