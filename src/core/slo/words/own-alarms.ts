/** Words of alarms that watch no objective: those about Assay itself, and about a surface's data. */

export interface OwnAlarmWords {
  /** Beside others in a list; lower case. */
  readonly title: string;
  /** What is so, and what it means for the numbers: one sentence for everybody. */
  readonly plain: string;
}

export interface OwnAlarm extends OwnAlarmWords {
  /** Absent of an alarm about Assay itself. */
  readonly surface?: string;
}

const ofSurface: Readonly<Record<string, OwnAlarmWords>> = {
  unmeasured: {
    title: 'objectives without data',
    plain:
      'An objective cannot be measured, for too little has come lately: its alarms stay as they last were.',
  },
  unjudged: {
    title: 'sampled answers without a verdict',
    plain: 'More than one sampled answer in five got no verdict: what is left may not stand for all answers.',
  },
  'sampled-share-low': {
    title: 'too few answers sampled',
    plain:
      'Fewer answers are sampled than the surface asks for: what is judged may not stand for all answers.',
  },
  'sampled-share-high': {
    title: 'too many answers sampled',
    plain: 'More answers are sampled, judged and paid than the surface asks for.',
  },
};

const ofAssay: Readonly<Record<string, OwnAlarmWords>> = {
  'late-verdicts': {
    title: 'verdicts that came too late',
    plain:
      'A verdict came more than three days after the hour of its answer: it is kept and counts in no objective.',
  },
  'judge-dlq': {
    title: 'judgements given up',
    plain:
      'Sampled answers lie without a verdict, their tries spent, until somebody sends them back to the judge.',
  },
  'response-dlq': {
    title: 'records given up',
    plain:
      'Records of answers were given up before they were read: they count nowhere until they are sent back.',
  },
  'rating-dlq': {
    title: 'ratings not taken in',
    plain: "A file of people's ratings was not taken in: none of its ratings count.",
  },
  'rejected-growing': {
    title: 'records that cannot be read',
    plain: 'A sender keeps sending records that cannot be read: its answers are missing in every number.',
  },
  'response-queue-age': {
    title: 'records that wait',
    plain: 'Answers wait for a quarter of an hour or more to be counted: every number is behind.',
  },
  'judge-queue-age': {
    title: 'answers that wait for the judge',
    plain: 'Sampled answers wait for an hour or more for the judge: alarms of quality come late.',
  },
  'judge-errors': {
    title: 'failing calls to the judge',
    plain: 'Many calls to the judge fail and are made again: verdicts come later.',
  },
  'judge-blocked': {
    title: 'judge cannot be used',
    plain: 'A judge cannot be used until somebody acts: sampled answers wait, and none is lost.',
  },
  'judge-retires': {
    title: 'judge is going to be shut down',
    plain: "A judge's model will be shut down by its provider: from then on nothing is judged by it.",
  },
  'judge-retires-soon': {
    title: 'judge is shut down soon',
    plain: "A judge's model is shut down within days, or is already: from then on nothing is judged by it.",
  },
  'judge-overcharged': {
    title: 'calls that cost more than they can',
    plain:
      "A judge's provider reported a call at more than it can have cost: the cap holds, but the bill may be higher.",
  },
  'cap-reached': {
    title: "day's budget for judging spent",
    plain: "The day's budget for judging is spent: until midnight UTC no further answer is judged.",
  },
  'table-throttles': {
    title: 'tables at their limit',
    plain:
      'The tables take reads and writes more slowly than they come: numbers are behind, and none is lost.',
  },
};

/** Of the functions of the stack, by what ends the alarm's name. */
const ofFunctions: Readonly<Record<string, (name: string) => OwnAlarmWords>> = {
  silent: (name) => ({
    title: `${name} silent`,
    plain: 'Nobody looks at the objectives: no alarm of theirs can begin or end until somebody does again.',
  }),
  crashes: (name) => ({
    title: `${name} function fails`,
    plain: `The ${name} function fails: what it works on is late.`,
  }),
  throttles: (name) => ({
    title: `${name} function held back by Lambda`,
    plain: `The ${name} function may not run as often as it has to: what it works on waits.`,
  }),
  'near-timeout': (name) => ({
    title: `${name} function nearly out of time`,
    plain: `The ${name} function needs nearly all the time that it has: a little more, and its work is broken off.`,
  }),
  dropped: (name) => ({
    title: `events lost for the ${name} function`,
    plain: `Events for the ${name} function were given up, and nobody sends them again.`,
  }),
};

/**
 * The words of an alarm that watches no objective.
 *
 * @param name without stage and place: `judge-dlq`, `evaluator-2-silent`, `judge-drift-helpfulness`, `unjudged`
 * @returns undefined where no such alarm is known
 */
export function describeOwnAlarm(name: string): OwnAlarmWords | undefined {
  for (const table of [ofSurface, ofAssay]) if (Object.hasOwn(table, name)) return table[name];
  const drifting = /^judge-drift-(.+)$/.exec(name)?.[1];
  if (drifting !== undefined)
    return {
      title: `judge of ${drifting} has changed`,
      plain:
        'The judge scores the same answers otherwise than before: until people have rated again it wakes nobody.',
    };
  for (const [end, words] of Object.entries(ofFunctions))
    if (name.endsWith(`-${end}`)) return words(name.slice(0, -end.length - 1).replace(/-(\d+)$/, ' $1'));
  return undefined;
}

/** What an alarm is by its whole name, `assay-STAGE-operations-NAME` or `assay-STAGE-SURFACE-NAME`; undefined of any other. */
export function findOwnAlarm(stage: string, alarm: string): OwnAlarm | undefined {
  const prefix = `assay-${stage}-`;
  if (!alarm.startsWith(prefix)) return undefined;
  const rest = alarm.slice(prefix.length);
  const ofAll = /^operations-(.+)$/.exec(rest)?.[1];
  if (ofAll !== undefined && !Object.hasOwn(ofSurface, ofAll)) return describeOwnAlarm(ofAll);
  for (const [name, words] of Object.entries(ofSurface))
    if (rest.endsWith(`-${name}`)) return { surface: rest.slice(0, -name.length - 1), ...words };
  return undefined;
}
