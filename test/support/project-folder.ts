import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import { readRubrics } from '#adapters/files/catalogue-files.ts';
import { extendLock } from '#adapters/files/rubric-lock.ts';

/** A policy with two templates, as a user writes it. */
export const policyYaml = `spendingCapUsdPerDay: 25
retention: { texts: 30d, scores: 395d }
runbook: https://example.com/runbook.md
tiers:
  1: { name: critical, severities: [page, ticket] }
  2: { name: user-facing, severities: [ticket] }
  3: { name: internal, severities: [ticket] }
rows:
  page: { long: 6h, short: 30m, burn: { strict: 6, lenient: 2 } }
  ticket: { long: 24h, short: 2h, burn: { strict: 3, lenient: 1.5 } }
slos:
  judge-pass:
    title: judged good answers
    category: quality
    sli: { kind: judge-pass }
    objective: 0.92
    window: 24h
    calibration: required
  first-token:
    title: first token in time
    category: latency
    sli: { kind: field, field: ttftMs, atMost: 600 }
    objective: 0.95
    window: 24h
`;

export const defaultYaml = `surface: default
owner: platform
tier: 3
expectedPerDay: 20000
slos:
  judge-pass: on
`;

/** A rubric of one criterion, as a user writes it. */
export function rubricYaml({
  id = 'helpfulness',
  version = 1,
  state = 'active',
  surfaces = 'any',
  passMark = 4,
} = {}): string {
  return `# yaml-language-server: $schema=../../schemas/rubric.schema.json
id: ${id}
version: ${version}
title: Helpfulness
description: Does the answer help?
state: ${state} # how it is used
surfaces: ${surfaces}
criteria:
  - id: helps
    question: Does it help?
    scale:
      1: not at all
      2: a little
      3: in part
      4: mostly
      5: fully
overall: minimum
passMark: ${passMark}
judge:
  model: judge-model
`;
}

export const judgesYaml = `judges:
  judge-model:
    model: judge-model
    provider: openai
    authorisation: { secret: openai }
    prices: { asOf: 2026-11-28, standard: { input: 0.25, cachedInput: 0.025, output: 2 } }
`;

export interface ProjectFolder {
  readonly root: string;
  write(file: string, text: string): Promise<void>;
  read(file: string): Promise<string>;
  remove(file: string): Promise<void>;
}

/** A temporary folder with the given files, gone when the test ends. Absent files make a small project in order. */
export async function projectFolder(
  files: Readonly<Record<string, string>> = {
    'slos/policy.yaml': policyYaml,
    'slos/default.yaml': defaultYaml,
    'rubrics/helpfulness/1.yaml': rubricYaml(),
    'rubrics/judges.yaml': judgesYaml,
  },
): Promise<ProjectFolder> {
  const folder = await makeProjectFolder(files);
  onTestFinished(() => rm(folder.root, { recursive: true, force: true }));
  return folder;
}

/** The same for a file's tests together, who takes it away. */
export async function makeProjectFolder(files: Readonly<Record<string, string>>): Promise<ProjectFolder> {
  const root = await mkdtemp(join(tmpdir(), 'assay-test-'));
  const folder: ProjectFolder = {
    root,
    write: async (file, text) => {
      await mkdir(dirname(join(root, file)), { recursive: true });
      await writeFile(join(root, file), text);
    },
    read: (file) => readFile(join(root, file), 'utf8'),
    remove: (file) => rm(join(root, file), { recursive: true }),
  };
  for (const [file, text] of Object.entries(files)) await folder.write(file, text);
  return folder;
}

/** The small project with its rubrics released, and then files laid over it. */
export async function releasedProject(files: Readonly<Record<string, string>> = {}): Promise<ProjectFolder> {
  const folder = await projectFolder();
  await extendLock(folder.root, (await readRubrics(folder.root)).files);
  for (const [file, text] of Object.entries(files)) await folder.write(file, text);
  return folder;
}
