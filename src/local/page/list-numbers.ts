import { formatDuration } from '#core/slo/words/format.ts';
import type { PageState, SloView } from './page-state.ts';

/** One number of the page: what it is, of what time, and where it comes from. */
export interface PageNumber {
  /** Names it: `chat/judge-pass.now`. */
  readonly id: string;
  /** What it is, for people. */
  readonly says: string;
  readonly value: number | null;
  /** Of `value`. */
  readonly unit: 'share' | 'count' | 'usd' | 'ms' | 'tokensPerSecond' | 'times' | 'instant' | 'kappa';
  /** What time it is of, such as `the last 6 h`. */
  readonly of: string;
  /** What it is worked out from. */
  readonly from: string;
}

/** Every number of the page but those of its lines, each in a row of its own. */
export function listNumbers(state: PageState): PageNumber[] {
  return [
    ...state.slos.flatMap(numbersOfSlo),
    ...alarmNumbers(state),
    ...judgeNumbers(state),
    ...flowNumbers(state),
  ];
}

function numbersOfSlo(slo: SloView): PageNumber[] {
  const { name, title, surfaceTitle, objective, window, unit, reading, shown } = slo;
  const about = `${title} on ${surfaceTitle}`;
  const own = `the last ${formatDuration(window)}`;
  const row = (
    id: string,
    says: string,
    value: number | null,
    rest: Pick<PageNumber, 'unit' | 'of' | 'from'>,
  ): PageNumber => ({ id: `${name}.${id}`, says: `${about}: ${says}`, value, ...rest });
  const rows: PageNumber[] = [];
  if (objective !== null)
    rows.push(
      row('wanted', 'what is wanted at least', objective, {
        unit: 'share',
        of: own,
        from: 'the files in slos/',
      }),
    );
  if (reading === null || shown === null) return rows;
  const shownTime = `the last ${formatDuration(shown.window)}`;
  const source =
    shown.calibrated === null ? 'counted events' : "the judge's verdicts, corrected by people's ratings";
  const isAlarms = shown.alarm === undefined ? '' : `, over the window that the ${shown.alarm} is about`;
  rows.push(row('now', `now${isAlarms}`, shown.value, { unit, of: shownTime, from: source }));
  if (shown.calibrated !== null)
    rows.push(
      row('lowest', 'lowest likely', shown.calibrated.lower, { unit, of: shownTime, from: '95% interval' }),
      row('highest', 'highest likely', shown.calibrated.upper, { unit, of: shownTime, from: '95% interval' }),
    );
  const whole = reading.calibrated?.value ?? reading.raw.value;
  const counted = { unit: 'count', from: 'counters of the sampler and verdicts of the judge' } as const;
  rows.push(
    row(
      'good',
      slo.objective === null ? 'events without what the rate counts' : 'good events',
      Math.round(shown.good),
      { ...counted, of: shownTime },
    ),
    row('total', 'events', Math.round(shown.total), { ...counted, of: shownTime }),
    row('whole', 'over its whole window', whole, { unit, of: own, from: source }),
    row('events', 'events of its whole window', reading.raw.total, { ...counted, of: own }),
    row('weekBefore', 'a week ago, as counted', reading.weekBefore, {
      unit,
      of: `${formatDuration(window)}, 7 d ago`,
      from: 'counted events',
    }),
    row('budgetLeft', 'share of the error budget that is left; under 0 overspent', reading.budgetLeft, {
      unit: 'share',
      of: own,
      from: 'its rate against what is wanted',
    }),
    row('burn', 'how fast the budget burns; 1 is even', reading.burn, {
      unit: 'times',
      of: own,
      from: 'its rate against what is wanted',
    }),
    ...slo.severities.map((severity) =>
      row(
        `pressure.${severity}`,
        `how near the ${severity} is to firing; 1 fires`,
        reading.pressure[severity],
        {
          unit: 'times',
          of: 'the last evaluation',
          from: `the ${severity} rule of slos/policy.yaml`,
        },
      ),
    ),
  );
  return rows;
}

function alarmNumbers({ alarms, slos, clock, tick, headline }: PageState): PageNumber[] {
  const now = { of: 'now', from: 'CloudWatch' } as const;
  const firing = alarms.filter(({ state }) => state === 'ALARM').length;
  const masked = alarms.filter(({ maskedBy }) => maskedBy !== null).length;
  const measured = slos.filter(({ health }) => health !== 'unmeasured');
  const health = { unit: 'count', of: 'now', from: 'alarms and budgets of the objectives' } as const;
  const count = (id: string, says: string, value: number): PageNumber => ({
    id,
    says,
    value,
    unit: 'count',
    ...now,
  });
  return [
    count('alarms.firing', 'alarms that fire', firing),
    count('alarms.masked', 'alarms that a more severe one stands for', masked),
    count('alarms.quiet', 'alarms that are quiet or have no data', alarms.length - firing - masked),
    { id: 'slos.measured', says: 'objectives that can be measured', value: measured.length, ...health },
    {
      id: 'slos.healthy',
      says: 'objectives that are healthy',
      value: measured.filter((slo) => slo.health === 'healthy').length,
      ...health,
    },
    {
      id: 'slos.unmeasured',
      says: 'objectives that cannot be measured',
      value: slos.length - measured.length,
      ...health,
    },
    {
      id: 'clock',
      says: 'the time that the stack lives in',
      value: clock,
      unit: 'instant',
      of: 'now',
      from: 'the records',
    },
    {
      id: 'tick',
      says: 'the last evaluation',
      value: tick,
      unit: 'instant',
      of: 'now',
      from: 'the evaluator',
    },
    ...alarms
      .filter(({ state }) => state === 'ALARM')
      .map(
        ({ name, since }): PageNumber => ({
          id: `since.${name}`,
          says: `since when ${name} fires`,
          value: since,
          unit: 'instant',
          ...now,
        }),
      ),
    ...(headline.proof === null
      ? []
      : [
          {
            id: 'proof.since',
            says: `since when the ${headline.proof.severity} of ${headline.proof.slo} fires`,
            value: headline.proof.since,
            unit: 'instant',
            ...now,
          } as const,
        ]),
  ];
}

function judgeNumbers({ calibrations, spend }: PageState): PageNumber[] {
  const usd = (id: string, says: string, value: number, of: string, from: string): PageNumber => ({
    id: `spend.${id}`,
    says,
    value,
    unit: 'usd',
    of,
    from,
  });
  return [
    ...calibrations.flatMap(({ surface, rubric, judge, ...each }) => {
      const about = `${judge} by ${rubric} on ${surface}`;
      const row = (id: string, says: string, value: number | null, unit: PageNumber['unit']): PageNumber => ({
        id: `calibration.${surface}.${rubric}.${judge}.${id}`,
        says: `${about}: ${says}`,
        value,
        unit,
        of: 'the rated time',
        from: "people's ratings of a drawn batch",
      });
      return [
        row('ratings', 'rated responses', each.ratings, 'count'),
        row(
          'kappa',
          'agreement of judge and people beyond chance, a far miss counting more (quadratic weights)',
          each.kappa,
          'kappa',
        ),
        row('sensitivity', 'of what people call good, what the judge passes', each.sensitivity, 'share'),
        row('specificity', 'of what people call bad, what the judge fails', each.specificity, 'share'),
        row('madeAt', 'when it was made', each.madeAt, 'instant'),
      ];
    }),
    usd(
      'calls',
      'what the calls of the judge cost',
      spend.callsUsd,
      'the last 30 d',
      'list prices in rubrics/judges.yaml',
    ),
    {
      id: 'spend.count',
      says: 'calls of the judge',
      value: spend.calls,
      unit: 'count',
      of: 'the last 30 d',
      from: 'CloudWatch',
    },
    usd('today', 'what of the cap is used', spend.reservedUsd, spend.day ?? 'today', 'the spending store'),
    usd('cap', 'what the judge may spend', spend.capUsd, 'a day', 'slos/policy.yaml'),
    usd(
      'zoomed',
      'what of it judged more than the usual sample',
      spend.zoomedUsd,
      spend.day ?? 'today',
      'the spending store',
    ),
    usd(
      'rescored',
      'what of it judged stored responses under another version',
      spend.rescoredUsd,
      spend.day ?? 'today',
      'the spending store',
    ),
    usd('zoomCap', 'what zooming may spend', spend.zoomCapUsd, 'a day', 'slos/policy.yaml'),
    {
      id: 'spend.shed',
      says: 'judgements left out by the cap',
      value: spend.shed,
      unit: 'count',
      of: spend.day ?? 'today',
      from: 'the spending store',
    },
  ];
}

function flowNumbers({ flow, progress }: PageState): PageNumber[] {
  const { waiting, told: _, ...counts } = flow;
  const underWay = Math.max(0, flow.sampled - flow.judged - flow.unjudgeable - flow.shed - flow.dlq);
  const row = (id: string, says: string, value: number | null, of = 'the last 30 d'): PageNumber => ({
    id: `flow.${id}`,
    says,
    value,
    unit: 'count',
    of,
    from: 'counters of the sampler and of the judge',
  });
  return [
    ...Object.entries(counts).map(([id, value]) => row(id, `records: ${id}`, value)),
    row('underWay', 'sampled and without an end', underWay),
    {
      ...row(
        'sampledShare',
        'sampled of all responses',
        flow.responses === 0 ? null : flow.sampled / flow.responses,
      ),
      unit: 'share',
    },
    ...Object.entries(waiting).map(([queue, value]) =>
      row(`waiting.${queue}`, `messages that wait: ${queue}`, value, 'now'),
    ),
    ...(progress === null
      ? []
      : [
          row('replayed', 'records replayed', progress.sent, 'now'),
          row('toReplay', 'records of the history', progress.total, 'now'),
        ]),
  ];
}
