import { type BuildOptions, build } from 'esbuild';

/** Bundles as cdk/functions/assay-function.ts makes them. */
const options: BuildOptions = {
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node24',
  minify: true,
  mainFields: ['module', 'main'],
  banner: { js: "import{createRequire}from'node:module';const require=createRequire(import.meta.url);" },
  logLevel: 'error',
  // No shipped judge is asked by role.
  external: ['*/ask-bedrock.ts'],
};

/** @param source a handler's file, or the text of one that lies in the project's folder */
export async function bundleOf(
  source: { readonly file: string } | { readonly text: string },
): Promise<Uint8Array> {
  const input: BuildOptions =
    'file' in source
      ? { entryPoints: [source.file] }
      : { stdin: { contents: source.text, resolveDir: process.cwd(), loader: 'ts' } };
  const { outputFiles } = await build({ ...options, ...input, write: false });
  return outputFiles?.[0]?.contents ?? new Uint8Array();
}
