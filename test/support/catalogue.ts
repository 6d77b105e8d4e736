import type { Catalogue } from '#core/catalogue/catalogue.ts';
import { compileCatalogue } from '#core/catalogue/compile.ts';
import { policySchema, surfaceSchema } from '#core/catalogue/surface-file.ts';
import type { Judge } from '#core/judges/judge.ts';
import type { Rubric } from '#core/rubric/rubric.ts';
import { rubricSchema } from '#core/rubric/rubric-schema.ts';
import { judgesFor } from './judges.ts';

/** Files as people write them; what is absent comes from a small set that knows every kind of severity and SLI needed. */
export interface TestFiles {
  /** Laid over the policy, key by key. */
  readonly policy?: Readonly<Record<string, unknown>>;
  /** Surfaces as in slos/<surface>.yaml; absent keys are filled in. `default` is added where it is missing. */
  readonly surfaces?: readonly (Readonly<Record<string, unknown>> & { readonly surface: string })[];
  readonly rubrics?: readonly Rubric[];
  /** A judge for each model of the rubrics where they are left out. */
  readonly judges?: readonly Judge[];
}

const policy = {
  spendingCapUsdPerDay: 25,
  retention: { texts: '30d', scores: '395d' },
  runbook: 'https://example.com/runbook.md',
  tiers: {
    1: { name: 'revenue-critical', severities: ['rollback', 'page', 'ticket', 'digest'] },
    2: { name: 'user-facing', severities: ['page', 'ticket', 'digest'] },
    3: { name: 'internal', severities: ['ticket', 'digest'] },
  },
  rows: {
    rollback: { long: '1h', short: '5m', burn: { strict: 14.4, lenient: 3 } },
    page: { long: '6h', short: '30m', burn: { strict: 6, lenient: 2 }, detector: 'page' },
    ticket: { long: '24h', short: '2h', burn: { strict: 3, lenient: 1.5 }, detector: 'warn' },
    digest: { long: '7d', burn: { strict: 1, lenient: 1 } },
  },
  slos: {
    'judge-pass': {
      title: 'judged good answers',
      category: 'quality',
      sli: { kind: 'judge-pass' },
      objective: 0.92,
      window: '24h',
      calibration: 'required',
    },
    refusals: {
      title: 'rise of the refusal rate',
      category: 'quality',
      sli: { kind: 'refusal-change', within: 0.015 },
      window: '7d',
      severities: ['ticket'],
    },
    'first-token': {
      title: 'first token in time',
      category: 'latency',
      headline: true,
      sli: { kind: 'field', field: 'ttftMs', atMost: 600 },
      objective: 0.95,
      window: '24h',
    },
    availability: {
      title: 'good responses by any path',
      category: 'availability',
      headline: true,
      sli: { kind: 'success' },
      objective: 0.9995,
      window: '30d',
    },
    'provider-success': {
      title: "each provider's success",
      category: 'availability',
      sli: { kind: 'provider-success' },
      objective: 0.995,
      window: '7d',
      informational: true,
    },
  },
};

const surface = {
  owner: 'chat-team',
  tier: 2,
  sampleRate: 0.05,
  expectedPerDay: 100_000,
  slos: { 'judge-pass': 'on' },
};

/** A rubric with one criterion; what differs is laid over it. */
export function testRubric(overrides: Readonly<Record<string, unknown>> = {}): Rubric {
  return rubricSchema.parse({
    id: 'helpfulness',
    version: 1,
    title: 'Helpfulness',
    description: 'Does the answer help?',
    state: 'active',
    surfaces: 'any',
    criteria: [
      {
        id: 'helps',
        question: 'Does the answer help the user?',
        scale: { 1: 'not at all', 2: 'a little', 3: 'in part', 4: 'mostly', 5: 'fully' },
      },
    ],
    overall: 'minimum',
    passMark: 4,
    judge: { model: 'judge-model' },
    ...overrides,
  });
}

/** A rubric that knows pass and fail alone. */
export function binaryRubric(overrides: Readonly<Record<string, unknown>> = {}): Rubric {
  const scale = { pass: 'It answers what was asked.', fail: 'It does not.' };
  return testRubric({
    criteria: [{ id: 'answers', question: 'Does it answer what was asked?', scale }],
    ...overrides,
  });
}

/**
 * A small catalogue, compiled as the user's files are: surfaces `chat` (tier 2, three SLOs) and `default` (tier 3), one
 * rubric for any surface.
 *
 * @throws Error with the compilation's faults
 */
export function testCatalogue(files: TestFiles = {}): Catalogue {
  const given = files.surfaces ?? [
    { surface: 'chat', slos: { 'judge-pass': 'on', 'first-token': 'on', availability: 'on' } },
  ];
  const all = given.some((file) => file.surface === 'default')
    ? given
    : [...given, { surface: 'default', tier: 3 }];
  const rubrics = files.rubrics ?? [testRubric()];
  const compilation = compileCatalogue(
    policySchema.parse({ ...policy, ...files.policy }),
    all.map((file) => surfaceSchema.parse({ ...surface, ...file })),
    rubrics,
    files.judges ?? judgesFor(rubrics),
  );
  if (!compilation.ok)
    throw new Error(compilation.faults.map(({ surface, message }) => `${surface}: ${message}`).join('\n'));
  return compilation.catalogue;
}
