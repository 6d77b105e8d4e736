import { createHash } from 'node:crypto';
import { readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { makeFolder } from '#adapters/files/make-folder.ts';
import { simulationsFile, writeOwn } from './local-folder.ts';

/** The newest are kept. */
const mostKept = 32;

/** A larger file is none of ours. */
const mostBytes = 2 ** 20;

/** What the rules make of the same series: counted up where they, or what is simulated, change. */
const rulesVersion = 2;

const fileSchema = z.strictObject({
  simulations: z.array(z.strictObject({ key: z.string(), result: z.unknown() })),
});

type Kept = z.infer<typeof fileSchema>['simulations'];

/**
 * The result of a simulation, from the folder where it was made before, else made now and kept. Results are found by the
 * content of what they were made from; a file that is damaged, or a result of another form, is as good as none. What cannot
 * be written is not kept, and that is all.
 *
 * @param content what the result follows from, as JSON
 * @param schema what a result looks like; it must come through JSON unchanged
 */
export async function keepSimulation<Result>(
  folder: string,
  content: unknown,
  schema: z.ZodType<Result>,
  simulate: () => Result,
): Promise<Result> {
  const key = createHash('sha256')
    .update(JSON.stringify([rulesVersion, content]))
    .digest('hex');
  const kept = await readKept(folder);
  const found = schema.safeParse(kept.find((each) => each.key === key)?.result);
  if (found.success) return found.data;
  const result = simulate();
  await writeKept(folder, [{ key, result }, ...kept.filter((each) => each.key !== key)].slice(0, mostKept));
  return result;
}

async function readKept(folder: string): Promise<Kept> {
  try {
    const file = join(folder, simulationsFile);
    if ((await stat(file)).size > mostBytes) return [];
    const text = await readFile(file, 'utf8');
    return fileSchema.parse(JSON.parse(text)).simulations;
  } catch {
    return [];
  }
}

/** Whole or not at all: another command may read meanwhile. */
async function writeKept(folder: string, simulations: Kept): Promise<void> {
  const file = join(folder, simulationsFile);
  const draft = `${file}.${process.pid}`;
  try {
    await makeFolder(folder, 0o700);
    await writeOwn(draft, `${JSON.stringify({ simulations })}\n`);
    await rename(draft, file);
  } catch {
    // A folder that cannot be written to makes the next command as slow as this one.
    await rm(draft, { force: true }).catch(() => undefined);
  }
}
