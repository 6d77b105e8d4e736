import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

export interface StaticFile {
  readonly type: string;
  readonly body: Buffer;
}

const types = {
  html: 'text/html; charset=utf-8',
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  svg: 'image/svg+xml',
} as const;

/** Everything that is served, by its path: a name that is not here is not found, so no path reaches into the disk. */
const ownFiles = [
  'index.html',
  'icon.svg',
  'tokens.css',
  'page.css',
  'panels.css',
  'tables.css',
  'detail.css',
  'narrow.css',
  'main.js',
  'dom.js',
  'words.js',
  'overview.js',
  'panels.js',
  'alarms.js',
  'pipeline.js',
  'tables.js',
  'charts.js',
  'chart-marks.js',
  'chart-words.js',
  'detail.js',
  'detail-lines.js',
  'verdicts.js',
  'proof.js',
  'proof.css',
] as const;

/** Reads the page's files once. */
export async function readStaticFiles(): Promise<ReadonlyMap<string, StaticFile>> {
  const uplot = (file: string) => createRequire(import.meta.url).resolve(`uplot/dist/${file}`);
  const places: readonly (readonly [string, string])[] = [
    ...ownFiles.map(
      (name) => [`/${name}`, fileURLToPath(new URL(`./browser/${name}`, import.meta.url))] as const,
    ),
    ['/vendor/uplot.js', uplot('uPlot.esm.js')],
    ['/vendor/uplot.css', uplot('uPlot.min.css')],
  ];
  const files = new Map<string, StaticFile>();
  for (const [path, file] of places) {
    const extension = path.slice(path.lastIndexOf('.') + 1) as keyof typeof types;
    files.set(path, { type: types[extension], body: await readFile(file) });
  }
  const index = files.get('/index.html');
  if (index !== undefined) files.set('/', index);
  return files;
}
