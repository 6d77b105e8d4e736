import { createRandom } from '#core/statistics/random.ts';
import { hour, minute } from '#core/time.ts';
import { simulatedFlaw } from '../judges/simulated-judge.ts';
import type { InputRecord } from './input-records.ts';

/** Traffic of a demo: a chat application that is healthy until a release makes it worse. */
export interface TrafficOptions {
  /** Start, epoch milliseconds. */
  readonly from: number;
  readonly hours: number;
  readonly responsesPerHour: number;
  /** Share of bad answers before and after the bad release. */
  readonly usualBad: number;
  readonly regressedBad: number;
  /** Hours after the start at which the bad release goes out. */
  readonly regressionAt: number;
  readonly seed: string;
}

const cohorts = ['eu', 'us', 'apac'] as const;

const questions = [
  'How do I move a meeting to next Tuesday?',
  'Which plan includes single sign-on?',
  'My export ends with an empty file. What can I do?',
  'Can I share a board with somebody outside my team?',
  'How do I get an invoice for last month?',
  'Why did my import skip twelve rows?',
] as const;

const answers = [
  'Open the event, choose Edit, set the new date and save; everybody invited is told of the change.',
  'Single sign-on comes with the Business and Enterprise plans; an administrator switches it on under Security.',
  'An empty file means that the filter matched nothing. Clear the filter above the table and export again.',
  'Yes: choose Share, enter the address, and pick "View only"; guests see that board and nothing else.',
  'Under Billing, Invoices, each month has a PDF. Past months stay there for seven years.',
  'Rows without a value in the key column are skipped; the report under Imports lists each with its line.',
] as const;

/** Makes responses and the feedback that follows them, in time order. The same options make the same records. */
export function simulateTraffic(options: TrafficOptions): InputRecord[] {
  const random = createRandom(options.seed);
  const records: InputRecord[] = [];
  const total = Math.round(options.hours * options.responsesPerHour);
  for (let index = 0; index < total; index += 1) {
    const at = Math.floor(options.from + ((index + random.uniform()) / options.responsesPerHour) * hour);
    const regressed = at >= options.from + options.regressionAt * hour;
    const bad = random.uniform() < (regressed ? options.regressedBad : options.usualBad);
    const topic = random.integer(questions.length);
    const cohort = cohorts[random.integer(cohorts.length)] ?? 'eu';
    const release = regressed ? '2026.11.2' : '2026.11.1';
    const id = `demo-${String(index).padStart(6, '0')}`;
    const outputTokens = 40 + random.integer(160);
    const ttftMs = Math.round(Math.exp(5.6 + 0.28 * random.normal()));
    const record = {
      id,
      at: new Date(at).toISOString(),
      surface: 'chat',
      status: random.uniform() < 0.0002 ? 'error' : 'success',
      model: regressed ? 'small-model-2' : 'small-model-1',
      provider: 'demo-provider',
      release,
      cohort,
      request: { messages: [{ role: 'user', content: questions[topic] }] },
      response: { content: bad ? simulatedFlaw : answers[topic], finishReason: 'stop', refused: false },
      usage: { inputTokens: 60, outputTokens, costUsd: 0.004 + outputTokens * 6e-5 },
      timing: { ttftMs, totalMs: ttftMs + outputTokens * 18 },
    };
    records.push({ body: JSON.stringify(record), at, surface: 'chat' });
    if (random.uniform() < (bad ? 0.4 : 0.04))
      records.push(negativeFeedback(record, at, at + (2 + random.integer(20)) * minute));
  }
  return records.sort((a, b) => a.at - b.at);
}

function negativeFeedback(
  response: { id: string; at: string; surface: string; cohort: string; release: string },
  responseAt: number,
  at: number,
): InputRecord {
  const feedback = {
    kind: 'feedback',
    id: response.id,
    at: new Date(at).toISOString(),
    responseAt: new Date(responseAt).toISOString(),
    surface: response.surface,
    cohort: response.cohort,
    release: response.release,
    accepted: false,
    reason: 'regenerated',
  };
  return { body: JSON.stringify(feedback), at, surface: response.surface };
}
