import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { JudgeError } from '#core/judging/judge-error.ts';
import { judgementStates } from '#core/judging/judgement.ts';
import { categories, metric, severities } from '#core/names.ts';
import type { RatingOutcome } from '#core/rating/rating.ts';
import { rejectionKinds } from '#core/record/rejection.ts';
import { rubricSchema } from '#core/rubric/rubric-schema.ts';
import { healthRules } from '#core/slo/alarms/health.ts';
import { fields } from '#core/slo/definition/field.ts';
import { sliSchema } from '#core/slo/definition/sli.ts';
import type { CalibrationState } from '#core/slo/rules/slo-calibration.ts';
import type { Finding } from '#core/triage/carriers.ts';
import { root } from '../support/documents.ts';

const text = await readFile(join(root, 'docs', 'glossary.md'), 'utf8');
const sections = new Map(
  text
    .split(/^## /m)
    .slice(1)
    .map((section) => [section.slice(0, section.indexOf('\n')), section]),
);

const plain = (words: string) => words.replaceAll('`', '').toLowerCase();
const boldIn = (words: string) => [...words.matchAll(/\*\*(.+?)\*\*/g)].map(([, term = '']) => plain(term));

const entries = (sections.get('Words') ?? '')
  .split('\n')
  .filter((line) => line.startsWith('- '))
  .map((line) => line.slice(2));
const words = entries.flatMap(boldIn);

/** First column of a section's table. */
const rowsOf = (section: string) =>
  [...(sections.get(section) ?? '').matchAll(/^\| `([^`]+)` \| (.*) \|$/gm)].map(([, name = '']) => name);

/** Nothing publishes it: rejected records are counted by the metric of their queue. */
const unpublished = ['Rejected'];

const findings: Record<Finding, true> = {
  carried: true,
  replaced: true,
  mix: true,
  even: true,
  thin: true,
  single: true,
  none: true,
};
/** One that is not known is settled as one of these before anybody sees it. */
const errorKinds: Record<Exclude<JudgeError['kind'], 'unknown'>, true> = {
  retryable: true,
  item: true,
  blocking: true,
};
const calibrationStates: Record<CalibrationState, true> = {
  missing: true,
  valid: true,
  stale: true,
  invalid: true,
};
const outcomes: Record<RatingOutcome, true> = { new: true, replaced: true, older: true, unchanged: true };

/** Labels of the local page that need no entry. */
const selfExplaining = [
  'alarm',
  'now',
  'of',
  'severity',
  'since',
  'state',
  'time',
  'ratings',
  'judge',
  'good before',
  'good since',
];

async function readPageLabels(): Promise<string[]> {
  const folder = join(root, 'src', 'local', 'page', 'browser');
  const scripts = (await readdir(folder)).filter((name) => name.endsWith('.js'));
  const sources = await Promise.all(scripts.map((name) => readFile(join(folder, name), 'utf8')));
  return sources.flatMap((source) => [
    ...[...source.matchAll(/(?:dataTable\([^[]*|headRow\()\[([^\]]*)\]/g)].flatMap(([, list = '']) =>
      [...list.matchAll(/'([^']+)'/g)].map(([, label = '']) => label),
    ),
    ...[...source.matchAll(/\bstep\(\s*'([^']+)'/g)].map(([, label = '']) => label),
  ]);
}

describe('the glossary', () => {
  it.each([
    ['severities', severities],
    ['categories', categories],
    ['healths, as the screens say them', Object.values(healthRules).map(({ word }) => word)],
    ['states of a judgement', judgementStates],
    ['states of a calibration', Object.keys(calibrationStates)],
    ['outcomes of a rating', Object.keys(outcomes)],
    ['states of a rubric', rubricSchema.shape.state.options],
  ])('explains all %s', (_, all) => {
    expect(all.filter((word) => !words.includes(plain(word)))).toEqual([]);
  });

  it.each([
    ['Kinds of SLI', sliSchema.options.map(({ shape }) => shape.kind.value)],
    ['Fields', fields],
    ['Findings of `assay why`', Object.keys(findings)],
    ['Why a record is rejected', rejectionKinds],
    ['Errors of the judge', Object.keys(errorKinds)],
    ['Metrics', Object.values(metric).filter((name) => !unpublished.includes(name))],
  ])('lists under "%s" what there is and nothing else', (section, all) => {
    expect(rowsOf(section).toSorted()).toEqual([...all].toSorted());
  });

  it('explains the labels of the local page', async () => {
    const labels = await readPageLabels();
    expect(labels.length).toBeGreaterThan(20);
    const known = [...words, ...selfExplaining];
    expect(labels.filter((label) => !known.includes(plain(label)))).toEqual([]);
  });

  it('has each word once, in the order of the alphabet', () => {
    const heads = entries.map((entry) => boldIn(entry)[0] ?? '');
    expect(heads).toEqual(heads.toSorted());
    expect(words.filter((word, index) => words.indexOf(word) !== index)).toEqual([]);
  });

  it('says each word in one sentence', () => {
    expect(
      entries.filter((entry) => !/^\*\*.+\*\*: [^.].*\.$/.test(entry) || /\. [A-Z]/.test(entry)),
    ).toEqual([]);
  });
});
