import { describe, expect, it } from 'vitest';
import { maxColumnsPerUpdate } from '#adapters/dynamodb/counter-store.ts';
import { maxSlosOfSurface } from '#core/catalogue/check-catalogue.ts';
import { compileCatalogue } from '#core/catalogue/compile.ts';
import type { CatalogueFault } from '#core/catalogue/fault.ts';
import { type Policy, policySchema, surfaceSchema } from '#core/catalogue/surface-file.ts';
import { mostColumnsOf } from '#core/series/count-record.ts';
import { testCatalogue, testRubric } from '#test/support/catalogue.ts';
import { judgesFor } from '#test/support/judges.ts';

/** Kinds of SLI beside those of the test policy. */
const slos = {
  'judge-pass': {
    title: 'good answers',
    category: 'quality',
    sli: { kind: 'judge-pass' },
    objective: 0.92,
    window: '24h',
    calibration: 'required',
  },
  accepted: {
    title: 'accepted',
    category: 'quality',
    sli: { kind: 'accepted' },
    objective: 0.88,
    window: '7d',
  },
  refusals: {
    title: 'refusals',
    category: 'quality',
    sli: { kind: 'refusal-change', within: 0.015 },
    window: '7d',
    severities: ['ticket'],
  },
  latency: {
    title: 'latency',
    category: 'latency',
    sli: { kind: 'field', field: 'totalMs', atMost: 8000 },
    objective: 0.95,
    window: '24h',
  },
  unbound: {
    title: 'unbound',
    category: 'latency',
    sli: { kind: 'field', field: 'totalMs' },
    objective: 0.95,
    window: '24h',
  },
  aimless: {
    title: 'aimless',
    category: 'latency',
    sli: { kind: 'field', field: 'totalMs', atMost: 1 },
    window: '24h',
  },
  shown: {
    title: 'shown',
    category: 'availability',
    sli: { kind: 'provider-success' },
    objective: 0.99,
    window: '7d',
    informational: true,
  },
};

function faultsOf(
  chosen: Record<string, unknown>,
  { policy = {}, surface = {}, rubrics = [testRubric()] } = {},
): readonly CatalogueFault[] {
  const base = policySchema.parse({ ...policyFile, slos, ...policy });
  const files = ['chat', 'default'].map((name) =>
    surfaceSchema.parse({
      surface: name,
      owner: 'o',
      tier: 2,
      expectedPerDay: 100_000,
      slos: name === 'chat' ? chosen : {},
      ...(name === 'chat' && surface),
    }),
  );
  const compilation = compileCatalogue(base, files, rubrics, judgesFor(rubrics));
  return compilation.ok ? [] : compilation.faults;
}

const policyFile = {
  spendingCapUsdPerDay: 25,
  retention: { texts: '30d', scores: '395d' },
  runbook: 'https://example.com/runbook.md',
  tiers: {
    1: { name: 'a', severities: ['rollback', 'page', 'ticket', 'digest'] },
    2: { name: 'b', severities: ['page', 'ticket'] },
    3: { name: 'c', severities: ['ticket'] },
  },
  rows: {
    rollback: { long: '1h', short: '5m', burn: { strict: 14.4, lenient: 3 } },
    page: { long: '6h', short: '30m', burn: { strict: 6, lenient: 2 } },
    ticket: { long: '24h', short: '2h', burn: { strict: 3, lenient: 1.5 } },
    digest: { long: '7d', burn: { strict: 1, lenient: 1 } },
  },
};

describe('a catalogue is refused', () => {
  it.each<[string, Record<string, unknown>, string[], string]>([
    [
      'for an unknown template',
      { latencyy: 'on' },
      ['slos', 'latencyy'],
      'there is no SLO template "latencyy" in slos/policy.yaml; known ones: judge-pass, accepted',
    ],
    [
      'for a template named like something that every object has',
      { constructor: 'on' },
      ['slos', 'constructor'],
      'there is no SLO template "constructor"',
    ],
    [
      'for accepted answers without feedback',
      { accepted: 'on' },
      ['slos', 'accepted'],
      '"accepted" needs feedback records; set "feedback: true"',
    ],
    [
      'for a bound on what is no field',
      { 'judge-pass': { atMost: 5 } },
      ['slos', 'judge-pass', 'atMost'],
      '"judge-pass" measures judge-pass, which takes no "atMost"; remove it',
    ],
    [
      'for a field without a bound',
      { unbound: 'on' },
      ['slos', 'unbound'],
      '"unbound" has no bound; give "atMost" or "atLeast"',
    ],
    [
      'for a rubric on what no judge sees',
      { latency: { rubric: 'helpfulness' } },
      ['slos', 'latency', 'rubric'],
      'takes no "rubric"',
    ],
    [
      'for an objective on a change',
      { refusals: { objective: 0.9 } },
      ['slos', 'refusals', 'objective'],
      'takes no objective; remove it',
    ],
    [
      'for a share without an objective',
      { aimless: 'on' },
      ['slos', 'aimless'],
      '"aimless" has no objective; give one here, in its tier or in its template',
    ],
    [
      'for a row that nothing raises',
      { latency: { rows: { rollback: { burn: 2 } } } },
      ['slos', 'latency', 'rows', 'rollback'],
      '"latency" raises no rollback here (tier 2 raises page, ticket)',
    ],
    [
      'for a row that can never fire',
      { latency: { rows: { page: { burn: 19 } } } },
      ['slos', 'latency', 'rows', 'page'],
      'the page row of chat/latency asks for a burn of 19 times',
    ],
    [
      'for a rubric that is not active',
      { 'judge-pass': { rubric: 'kindness' } },
      ['slos', 'judge-pass', 'rubric'],
      'names the rubric "kindness", which is not active for this surface; active ones: "helpfulness"',
    ],
  ])('%s', (_, chosen, path, message) => {
    const faults = faultsOf(chosen);
    expect(faults).toHaveLength(1);
    expect(faults[0]).toMatchObject({ surface: 'chat', path });
    expect(faults[0]?.message).toContain(message);
  });

  it('where a judge SLO has no active rubric at all', () => {
    const rubrics = [testRubric({ state: 'shadow' }), testRubric({ id: 'other', surfaces: ['default'] })];
    expect(faultsOf({ 'judge-pass': 'on' }, { rubrics })[0]?.message).toContain(
      'chat/judge-pass has no rubric: none is active for this surface',
    );
  });

  it.each<[string, Partial<Record<keyof Policy, unknown>>, (string | number)[], string]>([
    [
      'an objective for no template',
      { tiers: { ...policyFile.tiers, 2: { ...policyFile.tiers[2], objectives: { none: 0.9 } } } },
      ['tiers', '2', 'objectives', 'none'],
      'there is no SLO template "none"',
    ],
    [
      'an objective for a change',
      { tiers: { ...policyFile.tiers, 2: { ...policyFile.tiers[2], objectives: { refusals: 0.9 } } } },
      ['tiers', '2', 'objectives', 'refusals'],
      'takes no objective',
    ],
    [
      'a severity without a row',
      {
        rows: {
          ticket: policyFile.rows.ticket,
          page: policyFile.rows.page,
          rollback: policyFile.rows.rollback,
        },
      },
      ['tiers', '1', 'severities'],
      'tier 1 raises "digest", which has no row under "rows"',
    ],
    [
      'a template of a change with an objective',
      { slos: { refusals: { ...slos.refusals, objective: 0.9 } } },
      ['slos', 'refusals', 'objective'],
      'takes no objective',
    ],
  ])('for a policy with %s', (_, policy, path, message) => {
    const [fault] = faultsOf({}, { policy });
    expect(fault).toMatchObject({ surface: 'policy.yaml', path });
    expect(fault?.message).toContain(message);
  });

  it('not for settings that are right', () => {
    expect(
      faultsOf(
        {
          accepted: 'on',
          refusals: 'on',
          shown: 'on',
          unbound: { atMost: 900 },
          aimless: { objective: 0.9 },
          latency: { rows: { page: { burn: 4 } } },
          'judge-pass': { rubric: 'helpfulness' },
        },
        { surface: { feedback: true } },
      ),
    ).toEqual([]);
  });
});

it('a surface of more SLOs than a record can count in by one write is refused', () => {
  const surfaceOf = (count: number) => {
    const many = Object.fromEntries(
      Array.from({ length: count }, (_, index) => [`slo-${index}`, slos.latency]),
    );
    const chosen = Object.fromEntries(Object.keys(many).map((id) => [id, 'on']));
    const surfaces = [
      { surface: 'chat', slos: chosen },
      { surface: 'default', slos: {} },
    ];
    return testCatalogue({ policy: { slos: many }, surfaces }).surfaces.find(
      ({ surface }) => surface === 'chat',
    );
  };
  const largest = surfaceOf(maxSlosOfSurface);
  expect(mostColumnsOf(largest)).toBeLessThanOrEqual(maxColumnsPerUpdate);
  expect(() => surfaceOf(maxSlosOfSurface + 1)).toThrow(
    'chat: wanted at most 100 SLOs of a surface, got 101: switch some off',
  );
});
