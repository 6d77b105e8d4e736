import { capitalised } from '../first-letter.ts';
import { formatNumber } from '../slo/words/format.ts';
import type { Wall, WallId } from './walls.ts';

/** What a stage would come to with the traffic that is expected. */
export interface CapacityFinding {
  /** `fault`: a queue would grow for ever. `warning`: something waits in busy hours, is slowed, or is shed visibly. */
  readonly kind: 'fault' | 'warning';
  readonly about: WallId | 'spending-cap';
  /** What is expected, what can be held, and the setting that would hold it. */
  readonly message: string;
}

export interface Capacity {
  readonly walls: readonly Wall[];
  /** What the judge would cost, anchors included. US dollars a day, on average. */
  readonly judgeUsdPerDay: number;
  /** The same where flex has no room all day and every call is made at standard; as much where absent. */
  readonly judgeUsdPerDayWithoutFlex?: number | undefined;
  readonly judgementsPerDay: number;
  readonly capUsdPerDay: number;
}

/** Days differ: a cap is to hold one that is busier by so much. */
const capToSpare = 1.25;

/** Walls whose excess nothing but time would end: what waits comes on top of what arrives. */
const growing: ReadonlySet<WallId> = new Set(['judge-calls', 'sampler']);

/** A cap that would shed nothing, US dollars a day, two digits. */
export function sufficientCap(judgeUsdPerDay: number): number {
  const wanted = capToSpare * judgeUsdPerDay;
  const step = 10 ** Math.floor(Math.log10(Math.max(wanted, 1)) - 1);
  return Number((Math.ceil(wanted / step) * step).toPrecision(6));
}

/** Everything that the expected traffic would run into, faults first. */
export function checkCapacity({
  walls,
  judgeUsdPerDay,
  judgeUsdPerDayWithoutFlex: withoutFlex = judgeUsdPerDay,
  judgementsPerDay,
  capUsdPerDay,
}: Capacity): CapacityFinding[] {
  const findings: CapacityFinding[] = walls
    .filter(({ state }) => state !== 'holds')
    .map((wall) => ({
      kind: wall.state === 'over' && growing.has(wall.id) ? 'fault' : 'warning',
      about: wall.id,
      message: describeWall(wall),
    }));
  if (withoutFlex > capUsdPerDay) {
    const isAlways = judgeUsdPerDay > capUsdPerDay;
    const usd = isAlways ? judgeUsdPerDay : withoutFlex;
    const when = isAlways ? '' : ' where flex has no room';
    findings.push({
      kind: 'warning',
      about: 'spending-cap',
      message: `${formatNumber(judgementsPerDay)} judgements a day cost about $${formatNumber(usd)}${when}, and the spending cap allows $${formatNumber(capUsdPerDay)}: ${describeShed(1 - capUsdPerDay / usd)} of them would be shed${isAlways ? '' : ' on such a day'}. Set spendingCapUsdPerDay: ${sufficientCap(withoutFlex)}, or smaller sample rates.`,
    });
  }
  return findings.toSorted((one, other) => Number(other.kind === 'fault') - Number(one.kind === 'fault'));
}

function describeWall({ id, what, need, limit, unit, state, setting }: Wall): string {
  const follows = growing.has(id) ? growth[state] : slowing[state];
  return `${capitalised(what)}: ${formatNumber(need)} wanted, ${formatNumber(limit)} at most, ${unit}. ${unit.endsWith('hour') ? follows : ''}Set ${setting}.`;
}

const growth: Readonly<Record<Wall['state'], string>> = {
  holds: '',
  peak: 'What is over it waits for calmer hours. ',
  over: "The day's mean is over it too: the queue would grow for ever. ",
};

const slowing: Readonly<Record<Wall['state'], string>> = {
  holds: '',
  peak: 'What is over it is refused then, and comes again. ',
  over: "The day's mean is over it too: calls are refused all day, and come again. ",
};

/** `12%`, `under 1%`. */
function describeShed(share: number): string {
  return share < 0.01 ? 'under 1%' : `${Math.floor(100 * share)}%`;
}
