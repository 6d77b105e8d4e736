import type { Severity } from '#core/names.ts';
import { answerText, healthyRecord } from './records.ts';
import type { SurfaceChoice } from './shipped.ts';

type Fields = Readonly<Record<string, unknown>>;

/**
 * One row of the table of shipped SLOs, as a surface of its own: every SLO is on, and one thing is amiss. What is good
 * lies on its bound, what is bad just over it, so that a wrong bound or a wrong field shows.
 */
export interface TableRow {
  readonly says: string;
  readonly surface: SurfaceChoice;
  /** Lies over every record of the surface, those of its history too. */
  readonly usual?: Fields;
  /** Lies over the bad ones. */
  readonly bad: Fields;
  readonly badShare: number;
  readonly records: number;
  /** The highest severity of each SLO that must fire; no other SLO may. */
  readonly fires: Readonly<Record<string, Severity>>;
}

const everySlo = {
  'judge-pass': 'on',
  accepted: 'on',
  'rated-useful': 'on',
  refusals: 'on',
  'first-token': 'on',
  'total-time': 'on',
  'turn-time': 'on',
  'token-speed': 'on',
  'slowest-answers': 'on',
  'request-cost': 'on',
  'costly-requests': 'on',
  'mean-cost': 'on',
  'cost-outliers': 'on',
  availability: 'on',
  'provider-success': 'on',
  'failover-time': 'on',
} as const;

function surface(name: string, changes: Partial<SurfaceChoice> = {}): SurfaceChoice {
  return { surface: name, ...changes, slos: { ...everySlo, ...changes.slos } };
}

const cost = (costUsd: number) => ({ usage: { inputTokens: 400, outputTokens: 101, costUsd } });
const total = (totalMs: number, outputTokens = 2_000) => ({
  usage: { inputTokens: 400, outputTokens, costUsd: 0.03 },
  timing: { ttftMs: 300, totalMs, turnsMs: [600, 700] },
});
const firstToken = (ttftMs: number) => ({ timing: { ttftMs, totalMs: 1_300, turnsMs: [600, 700] } });
const turn = (ms: number) => ({ timing: { ttftMs: 300, totalMs: 8_000, turnsMs: [600, ms] }, ...manyTokens });
const manyTokens = { usage: { inputTokens: 400, outputTokens: 2_000, costUsd: 0.03 } };
/** 20 tokens after the first. */
const tokensIn = (ms: number) => ({
  usage: { inputTokens: 400, outputTokens: 21, costUsd: 0.03 },
  timing: { ttftMs: 300, totalMs: 300 + ms, turnsMs: [600] },
});
const failedOver = (ms: number) => ({
  provider: 'secondary',
  attempts: [
    { provider: 'primary', status: 'error', ms },
    { provider: 'secondary', status: 'success', ms: 200 },
  ],
});

export const tableRows: readonly TableRow[] = [
  {
    says: 'judge score at the pass mark or over: a ticket while nobody has calibrated it',
    surface: surface('judged-low'),
    usual: answerText,
    bad: { metadata: { judgeScore: 3 } },
    badShare: 0.4,
    records: 120,
    fires: { 'judge-pass': 'ticket' },
  },
  {
    says: 'accepted by users, from their feedback',
    surface: surface('regenerated'),
    bad: { metadata: { feedback: true } },
    badShare: 0.6,
    records: 150,
    fires: { accepted: 'page' },
  },
  {
    says: 'the refusal rate against its baseline',
    surface: surface('refusing'),
    bad: { response: { refused: true } },
    badShare: 0.1,
    records: 400,
    fires: { refusals: 'ticket' },
  },
  {
    says: 'the first token within 600 ms',
    surface: surface('late-first-token'),
    usual: firstToken(600),
    bad: firstToken(601),
    badShare: 0.3,
    records: 150,
    fires: { 'first-token': 'page' },
  },
  {
    says: 'the whole answer of a chat within 8 s',
    surface: surface('late-chat'),
    usual: total(8_000),
    bad: total(8_001),
    badShare: 0.3,
    records: 150,
    fires: { 'total-time': 'page' },
  },
  {
    says: 'the whole answer of an agent within 25 s',
    surface: surface('late-agent', { tier: 1, slos: { 'total-time': { atMost: 25_000 } } }),
    usual: total(25_000),
    bad: total(25_001),
    badShare: 0.3,
    records: 150,
    fires: { 'total-time': 'rollback' },
  },
  {
    says: 'each turn of an agent within 3 s',
    surface: surface('late-turn', { tier: 1 }),
    usual: turn(3_000),
    bad: turn(3_001),
    badShare: 0.3,
    records: 150,
    fires: { 'turn-time': 'rollback' },
  },
  {
    says: 'the whole answer of a search within 2.5 s',
    surface: surface('late-search', { slos: { 'total-time': { atMost: 2_500 } } }),
    usual: total(2_500),
    bad: total(2_501),
    badShare: 0.3,
    records: 150,
    fires: { 'total-time': 'page' },
  },
  {
    says: 'the whole answer of a batch within 60 s',
    surface: surface('late-batch', { tier: 3, slos: { 'total-time': { atMost: 60_000 } } }),
    usual: total(60_000),
    bad: total(60_001),
    badShare: 0.3,
    records: 150,
    fires: { 'total-time': 'ticket' },
  },
  {
    says: 'tokens a second after the first',
    surface: surface('slow-stream'),
    usual: tokensIn(1_000),
    bad: tokensIn(1_001),
    badShare: 0.3,
    records: 150,
    fires: { 'token-speed': 'page' },
  },
  {
    says: 'the 99th percentile against its baseline',
    surface: surface('slow-tail'),
    bad: total(2_700),
    badShare: 0.04,
    records: 500,
    fires: { 'slowest-answers': 'ticket' },
  },
  {
    says: 'requests at or under $0.045',
    surface: surface('dear'),
    usual: cost(0.045),
    bad: cost(0.0451),
    badShare: 0.3,
    records: 150,
    fires: { 'request-cost': 'page' },
  },
  {
    says: 'requests at or under $0.20',
    surface: surface('very-dear'),
    usual: cost(0.045),
    bad: cost(0.2001),
    badShare: 0.06,
    records: 600,
    // So many of them move the mean as well.
    fires: { 'costly-requests': 'ticket', 'mean-cost': 'ticket' },
  },
  {
    says: 'mean cost against the median of 30 days',
    surface: surface('dearer-than-usual'),
    bad: cost(0.042),
    badShare: 1,
    records: 150,
    fires: { 'mean-cost': 'ticket' },
  },
  {
    says: 'requests over 10 times the median',
    surface: surface('outliers'),
    usual: cost(0.01),
    bad: cost(0.11),
    badShare: 0.08,
    records: 500,
    fires: { 'cost-outliers': 'ticket', 'mean-cost': 'ticket' },
  },
  {
    says: 'a good response by any path',
    surface: surface('failing'),
    bad: { status: 'error' },
    badShare: 0.04,
    records: 500,
    fires: { availability: 'page' },
  },
  {
    says: 'at most 800 ms lost before the winning attempt',
    surface: surface('slow-failover'),
    usual: failedOver(800),
    bad: failedOver(801),
    badShare: 0.3,
    records: 150,
    fires: { 'failover-time': 'page' },
  },
  {
    says: 'nothing while one provider fails and another answers: that is informational',
    surface: surface('provider-down'),
    bad: failedOver(400),
    badShare: 0.4,
    records: 150,
    fires: {},
  },
];

export function recordOf(row: TableRow, id: string, at: number, isBad: boolean): Record<string, unknown> {
  return healthyRecord(id, at, {
    surface: row.surface.surface,
    ...row.usual,
    ...(isBad ? row.bad : {}),
  });
}

/** Every so-manieth record is bad, so that they lie evenly in time. */
export function isBadIndex(row: TableRow, index: number): boolean {
  return Math.floor((index + 1) * row.badShare) > Math.floor(index * row.badShare);
}
