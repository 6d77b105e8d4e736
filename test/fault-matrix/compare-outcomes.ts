import type { AlarmStates, Announcement, Outcome } from './outcome.ts';

/** What a fault did, in words; empty lists where it did nothing of the kind. */
export interface Consequences {
  /** Alarms about Assay itself that rang, and invocations that failed. */
  readonly told: readonly string[];
  /** What is missing or wrong in the end, or an alarm that is not right two ticks after: none of it may be. */
  readonly lost: readonly string[];
  /** What was done twice: announcements under the id that they had. */
  readonly doubled: readonly string[];
  readonly late: readonly string[];
}

/** What a run under a fault left, against one without. */
export function compareOutcomes(clean: Outcome, faulty: Outcome): Consequences {
  const announced = compareAnnouncements(clean.transitions, faulty.transitions);
  const notices = compareNotices(clean.notices, faulty.notices);
  const unzoomed = clean.zoomed.filter((name) => faulty.judgements[name] === undefined);
  const zoomedMore = faulty.zoomed.filter((name) => clean.judgements[name] === undefined);
  return {
    told: [
      ...newAlarms(clean, faulty),
      ...crashesOf(faulty),
      ...(unzoomed.length > 0 ? [`${unzoomed.length} fewer judged than zoomed: the usual sample`] : []),
      ...(zoomedMore.length > 0 ? [`${zoomedMore.length} more judged: zoomed for longer`] : []),
    ],
    lost: [
      ...compareCounters(clean.counters, faulty.counters, unzoomed.length).less,
      ...compareJudgements(clean.judgements, faulty.judgements, unzoomed),
      ...missing('rejected', clean.rejected, faulty.rejected),
      ...missing('in the DLQ', clean.dlq, faulty.dlq),
      ...(faulty.waiting > 0 ? [`${faulty.waiting} messages never came to an end`] : []),
      ...differing('ratings', clean.ratings, faulty.ratings),
      ...differing('calibrations', clean.calibrations.map(inputsOf), faulty.calibrations.map(inputsOf)),
      ...missing('batches', clean.batches, faulty.batches),
      ...missing('reports', clean.reports, faulty.reports),
      ...announced.lost,
      ...notices.lost,
      ...compareSpending(faulty),
      ...faulty.days.map((name) => `stored day is not what its sources say: ${name}`),
      ...compareAlarms(clean, faulty),
    ],
    doubled: [
      ...compareCounters(clean.counters, faulty.counters, unzoomed.length).more,
      ...announced.doubled,
      ...notices.doubled,
      ...repeated('rejected', clean.rejected, faulty.rejected),
      ...repeated('in the DLQ', clean.dlq, faulty.dlq),
      ...compareCalls(clean, faulty),
    ],
    late: [...announced.late, ...lateAlarms(clean, faulty), ...missedMinutes(clean, faulty)],
  };
}

/** Columns that tell of redelivery itself. */
const aboutDelivery = / redelivered$/;

/** @param unzoomed judgements that are not there since the factor was not known: sampling counts so many fewer */
function compareCounters(clean: Outcome['counters'], faulty: Outcome['counters'], unzoomed: number) {
  const less: string[] = [];
  const more: string[] = [];
  for (const name of new Set([...Object.keys(clean), ...Object.keys(faulty)])) {
    if (aboutDelivery.test(name)) continue;
    const [wanted, got] = [clean[name] ?? 0, faulty[name] ?? 0];
    // What stands in the usual sample all the same then weighs as much as ever.
    if (unzoomed > 0 && (/ less:sampled$/.test(name) || (/ sampled$/.test(name) && got >= wanted - unzoomed)))
      continue;
    if (got < wanted - 1e-6) less.push(`counter ${name}: ${got} of ${wanted}`);
    // Of all that is counted with a record, its number says enough.
    if (got > wanted + 1e-6 && / n$/.test(name)) {
      const told = faulty[name.replace(/n$/, 'redelivered')] ?? 0;
      more.push(`counted ${name.replace(/ n$/, '')} ${got} for ${wanted} (${told} told as redelivered)`);
    }
  }
  return { less, more };
}

function compareJudgements(
  clean: Outcome['judgements'],
  faulty: Outcome['judgements'],
  unzoomed: readonly string[],
): string[] {
  return Object.entries(clean)
    .filter(([name, state]) => faulty[name] !== state && !unzoomed.includes(name))
    .map(([name, state]) => `${name}: ${faulty[name] ?? 'no judgement'} for ${state}`);
}

function compareCalls(clean: Outcome, faulty: Outcome): string[] {
  // What was judged beside is no call that was paid again.
  const more = faulty.judgeCalls - clean.judgeCalls - Math.max(0, faulty.asked - clean.asked);
  return more > 0 ? [`judge paid ${more} times more ($${(faulty.trueUsd - clean.trueUsd).toFixed(4)})`] : [];
}

function compareSpending({ spentUsd, trueUsd }: Outcome): string[] {
  return spentUsd < trueUsd - 1e-9
    ? [`spending noted is $${spentUsd.toFixed(6)} of $${trueUsd.toFixed(6)}`]
    : [];
}

/** Those of a list that another lacks. */
function missing(what: string, clean: readonly string[], faulty: readonly string[]): string[] {
  return clean.filter((each) => !faulty.includes(each)).map((each) => `not ${what}: ${each}`);
}

function differing(what: string, clean: readonly string[], faulty: readonly string[]): string[] {
  return [...missing(what, clean, faulty), ...missing(`expected among ${what}`, faulty, clean)];
}

function repeated(what: string, clean: readonly string[], faulty: readonly string[]): string[] {
  const more = faulty.length - clean.length;
  return more > 0 ? [`${more} more ${what}`] : [];
}

/** The version's number counts writes; what it was made of says which it is. */
function inputsOf(calibration: string): string {
  const [name = '', , inputs = ''] = calibration.split(' ');
  return `${name} ${inputs}`;
}

function compareAnnouncements(clean: readonly Announcement[], faulty: readonly Announcement[]) {
  const lost: string[] = [];
  const doubled: string[] = [];
  const late: string[] = [];
  for (const what of new Set([...clean, ...faulty].map((each) => each.what))) {
    const wanted = clean.filter((each) => each.what === what);
    const got = faulty.filter((each) => each.what === what);
    if (got.length < wanted.length) lost.push(`not announced: ${what}`);
    if (got.length > wanted.length)
      lost.push(`${what} announced under ${got.length} ids for ${wanted.length}`);
    const more = got.reduce((sum, { times }) => sum + times - 1, 0);
    if (more > 0) doubled.push(`${what} announced ${more} times more under its id`);
    const minutes = (got[0]?.minute ?? 0) - (wanted[0]?.minute ?? 0);
    if (wanted.length > 0 && got.length > 0 && minutes > 0)
      late.push(`${what} announced ${minutes} min late`);
  }
  return { lost, doubled, late };
}

function compareNotices(clean: Outcome['notices'], faulty: Outcome['notices']) {
  const names = new Set([...Object.keys(clean), ...Object.keys(faulty)]);
  const doubled = [...names]
    .filter((id) => (faulty[id] ?? 0) > (clean[id] ?? 0) && clean[id] !== undefined)
    .map((id) => `people told ${(faulty[id] ?? 0) - (clean[id] ?? 0)} times more under the id ${id}`);
  return {
    lost: differing('people told', Object.keys(clean), Object.keys(faulty)),
    doubled,
  };
}

/**
 * Two ticks after the last fault each SLO that alarms does so, on whatever severity; a quarter of an hour later, when what cleared
 * has rested, every alarm is as it is without.
 */
function compareAlarms(clean: Outcome, faulty: Outcome): string[] {
  const wanted = clean.alarms;
  const got = faulty.alarms;
  if (wanted === undefined || got === undefined) return ['no alarms were read'];
  const silent = [...firingSlos(wanted.right)].filter((name) => !firingSlos(got.right).has(name));
  const wrong = Object.entries(wanted.cleared).filter(([name, state]) => got.cleared[name] !== state);
  return [
    ...silent.map((name) => `${name} does not alarm two ticks after`),
    ...wrong.map(([name, state]) => `${name} is ${got.cleared[name]} for ${state}`),
  ];
}

function firingSlos(states: AlarmStates): Set<string> {
  const firing = Object.entries(states).filter(([, state]) => state === 'ALARM');
  return new Set(firing.map(([name]) => name.replace(/-(rollback|page|ticket|digest)$/, '')));
}

function newAlarms(clean: Outcome, faulty: Outcome): string[] {
  const known = new Set(clean.rang?.map(({ alarm }) => alarm));
  const rang = (faulty.rang ?? []).map(({ alarm }) => alarm).filter((alarm) => !known.has(alarm));
  return [...new Set(rang)].map((alarm) => alarm.replace(/^assay-test-(operations-)?/, ''));
}

function crashesOf({ crashes }: Outcome): string[] {
  return Object.entries(crashes)
    .filter(([, count]) => count > 0)
    .map(([name, count]) => `${count} failed runs of the ${name}`);
}

function lateAlarms(clean: Outcome, faulty: Outcome): string[] {
  const first = (outcome: Outcome, name: string) =>
    outcome.rang?.find(({ alarm }) => alarm === name)?.minute ?? Number.NaN;
  const names = new Set(
    clean.rang?.map(({ alarm }) => alarm).filter((alarm) => /-(page|ticket)$/.test(alarm)),
  );
  return [...names].flatMap((name) => {
    const minutes = first(faulty, name) - first(clean, name);
    return minutes > 0 ? [`alarm ${name.replace('assay-test-', '')} ${minutes} min late`] : [];
  });
}

function missedMinutes(clean: Outcome, faulty: Outcome): string[] {
  const gauges = clean.gauges - faulty.gauges;
  const beats = clean.heartbeats - faulty.heartbeats;
  return [
    ...(gauges > 0 ? [`${gauges} minutes without gauges`] : []),
    ...(beats > 0 ? [`${beats} minutes without a heartbeat`] : []),
  ];
}
