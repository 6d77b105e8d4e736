import { readdir, readFile } from 'node:fs/promises';
import { dirname, join, normalize, relative } from 'node:path';

/** Who imports whom among the files of a project: paths from its root, types and dynamic imports included. */
export type ImportGraph = ReadonlyMap<string, ReadonlySet<string>>;

const root = join(import.meta.dirname, '..', '..');
const aliases: readonly (readonly [string, string])[] = Object.entries(
  (JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { imports: Record<string, string> })
    .imports,
).map(([alias, path]) => [alias.replace('*', ''), normalize(path).replace('*', '')]);

/** Reads the imports of every source file under some folders of this project. */
export async function readImports(folders: readonly string[]): Promise<ImportGraph> {
  const files = new Map<string, string>();
  for (const folder of folders)
    for (const entry of await readdir(join(root, folder), { recursive: true, withFileTypes: true })) {
      if (!entry.isFile() || !/\.(ts|js)$/.test(entry.name) || entry.name.endsWith('.d.ts')) continue;
      const path = join(entry.parentPath, entry.name);
      files.set(relative(root, path), await readFile(path, 'utf8'));
    }
  return graphOf(files);
}

/** The graph of files given by path and text. */
export function graphOf(files: ReadonlyMap<string, string>): ImportGraph {
  return new Map(
    [...files].map(([path, text]) => {
      const targets = [...text.matchAll(/\b(?:from|import)\s*\(?\s*'([#.][^'\n]*)'/g)].map(
        ([, specifier = '']) => resolve(path, specifier),
      );
      return [path, new Set(targets.filter((target) => files.has(target)))];
    }),
  );
}

function resolve(from: string, specifier: string): string {
  if (specifier.startsWith('.')) return normalize(join(dirname(from), specifier));
  const alias = aliases.find(([start]) => specifier.startsWith(start));
  return alias === undefined ? specifier : join(alias[1], specifier.slice(alias[0].length));
}

/** The graph of rooms: each file stands for the room that it lies in; files without one are left out. */
export function roomsOf(graph: ImportGraph, roomOf: (path: string) => string | undefined): ImportGraph {
  const rooms = new Map<string, Set<string>>();
  for (const [path, targets] of graph) {
    const from = roomOf(path);
    if (from === undefined) continue;
    const into = rooms.get(from) ?? new Set<string>();
    rooms.set(from, into);
    for (const target of targets) {
      const to = roomOf(target);
      if (to !== undefined && to !== from) into.add(to);
    }
  }
  return rooms;
}

/** Rings of a graph, each with its members in order of name; none where it can be drawn with every arrow down. */
export function findRings(graph: ImportGraph): string[][] {
  const order: string[] = [];
  const seen = new Set<string>();
  const visit = (node: string, next: (node: string) => Iterable<string>, leave: (node: string) => void) => {
    const path: { node: string; rest: Iterator<string> }[] = [];
    const enter = (each: string) => {
      seen.add(each);
      path.push({ node: each, rest: next(each)[Symbol.iterator]() });
    };
    if (!seen.has(node)) enter(node);
    for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
      const { value, done } = top.rest.next();
      if (done === true) leave(path.pop()?.node ?? '');
      else if (!seen.has(value)) enter(value);
    }
  };
  for (const node of graph.keys())
    visit(
      node,
      (each) => graph.get(each) ?? [],
      (each) => order.push(each),
    );
  const importers = new Map<string, string[]>();
  for (const [from, targets] of graph)
    for (const to of targets) importers.set(to, [...(importers.get(to) ?? []), from]);
  seen.clear();
  const rings: string[][] = [];
  for (const node of order.toReversed()) {
    const members: string[] = [];
    visit(
      node,
      (each) => importers.get(each) ?? [],
      (each) => members.push(each),
    );
    if (members.length > 1) rings.push(members.toSorted());
  }
  return rings;
}
