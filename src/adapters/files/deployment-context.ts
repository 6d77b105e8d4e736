import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * What `cdk.json` chooses for every deployment from a folder, by name. A folder without one chooses nothing.
 *
 * @throws Error where the file is not JSON
 */
export async function readDeploymentContext(root: string): Promise<(name: string) => unknown> {
  const file = join(root, 'cdk.json');
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '{}';
    throw error;
  });
  let context: Readonly<Record<string, unknown>>;
  try {
    context = (JSON.parse(text) as { context?: Readonly<Record<string, unknown>> }).context ?? {};
  } catch {
    throw new Error(`${file}: wanted JSON with a "context", got text that is not JSON`);
  }
  return (name) => context[name];
}
