import type { Rubric } from '#core/rubric/rubric.ts';
import { hour } from '#core/time.ts';
import { formatMinute } from '../terminal/instant.ts';

/** What the demo plays. Rates are shares, offsets hours from its start, `from` epoch milliseconds. */
export interface Story {
  readonly from: number;
  readonly hours: number;
  readonly responsesPerHour: number;
  readonly sampleRate: number;
  readonly usualBad: number;
  readonly regressedBad: number;
  readonly regressionAt: number;
  /** Responses that people rate, and when. */
  readonly rated: number;
  readonly ratedAt: number;
}

export function describeStory({
  from,
  hours,
  responsesPerHour,
  sampleRate,
  usualBad,
  regressedBad,
  regressionAt,
  rated,
  ratedAt,
}: Story): string {
  return [
    'Assay demo. Everything here is SIMULATED but the functions themselves: the traffic of a chat application, the judge that scores it, the people who rate it, and the clock. Queues, tables and alarms come from the CDK template and run on this machine.',
    '',
    `  ${hours} hours of chat, ${responsesPerHour} responses an hour, ${sampleRate * 100}% of them judged.`,
    `  ${formatMinute(from)}  release 2026.11.1 answers; about ${usualBad * 100} of 100 answers are bad`,
    `  ${formatMinute(from + ratedAt * hour)}  people have rated ${rated} of the answers, so the judge can be corrected`,
    `  ${formatMinute(from + regressionAt * hour)}  release 2026.11.2 goes out; about ${regressedBad * 100} of 100 answers are bad. Nobody is told.`,
    '',
  ].join('\n');
}

/** @param rubric under which the demo's surface is judged; undefined where it has none */
export function nextSteps(rubric: Pick<Rubric, 'id' | 'version'> | undefined): string {
  return [
    '',
    'Where to look next:',
    '  What is judged, what it costs, which alarms stand: npx assay status',
    '  Since when, and what carries it: npx assay why chat/judge-pass',
    '  Objectives and alert rows of this surface: slos/chat.yaml, slos/policy.yaml',
    ...(rubric === undefined
      ? []
      : [
          `  What the judge is asked: rubrics/${rubric.id}/${rubric.version}.yaml`,
          `  To change that: npx assay rubric bump ${rubric.id}`,
        ]),
    '  A batch for people to rate, so that the judge can be corrected: npx assay ratings draw --surface chat',
    '  The same on your own responses: npx assay run --help',
  ].join('\n');
}
