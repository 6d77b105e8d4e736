import { day, hour, minute } from '#core/time.ts';
import { testCatalogue, testRubric } from '../support/catalogue.ts';

/** When the hour begins in which calls are refused: a day ends in it, an hour closes, anchors have their turn. */
export const begin = Date.parse('2026-11-10T23:35:00Z');
export const longestFaults = hour;

/** History that the hour looks back on. */
export const historyFrom = begin - 26 * hour - 35 * minute;

/** Calls of it cost more than the day's cap: it is always shed. */
const costlyRubric = testRubric({
  id: 'costly',
  surfaces: ['costly'],
  judge: { model: 'costly-model', prices: { input: 1e6, cachedInput: 1e6, output: 1e6 } },
});

export const rubric = testRubric({ surfaces: ['chat', 'probe'] });

/** `chat` gets bad in the hour, `help` gets well, and what else is there meets with every end of a judgement. */
export const catalogue = testCatalogue({
  rubrics: [rubric, costlyRubric],
  surfaces: [
    {
      surface: 'chat',
      sampleRate: 0.2,
      feedback: true,
      expectedPerDay: 20_000,
      slos: { 'judge-pass': 'on', 'first-token': 'on', availability: 'on', 'provider-success': 'on' },
    },
    { surface: 'help', sampleRate: 1e-9, slos: { 'first-token': 'on', availability: 'on' } },
    { surface: 'probe', sampleRate: 0.999_999, slos: { availability: 'on' } },
    { surface: 'costly', sampleRate: 0.999_999, slos: { availability: 'on' } },
    { surface: 'default', tier: 3, sampleRate: 1e-9, slos: { availability: 'on' } },
  ],
});

/** The batch that people rate within the hour. */
export const lateBatch = 'chat-late';

export const lastDayOfHistory = begin - day;
