import type { Point } from '#adapters/cloudwatch/metrics.ts';
import type { JudgementStore } from '#adapters/dynamodb/judgement-store.ts';
import type { SeriesStore } from '#adapters/dynamodb/series-store.ts';
import { type Catalogue, sloRubric } from '#core/catalogue/catalogue.ts';
import { dimension, metric, type Severity } from '#core/names.ts';
import type { ControlReading } from '#core/series/control.ts';
import { verdictColumn } from '#core/series/summarise-hour.ts';
import { lookOnce } from '#core/slo/single-look.ts';
import type { Slo } from '#core/slo/slo.ts';
import { dayKey } from '#core/time.ts';
import { sumBetween, TickMemory } from './tick-memory.ts';

export interface EvaluatorDependencies {
  readonly catalogue: Catalogue;
  readonly store: SeriesStore;
  readonly judgements: JudgementStore;
  readonly publish: (points: readonly Point[]) => Promise<void>;
  /** Names this function instance; another instance's memory is stale. */
  readonly writer: string;
}

/** What the last tick found, kept for reports. */
export interface LastEvaluation {
  readonly raw: { readonly good: number; readonly total: number };
  readonly pressure: Partial<Record<Severity, number>>;
}

/** One evaluator instance: what it remembers from tick to tick. */
export class Evaluator {
  readonly #use: EvaluatorDependencies;
  #memory: TickMemory | undefined;

  constructor(use: EvaluatorDependencies) {
    this.#use = use;
  }

  /**
   * Evaluates every SLO at a tick and publishes the gauges. A tick that was finished before, or is older than one
   * that was, changes nothing.
   *
   * @param now the tick's scheduled time, epoch milliseconds
   */
  async tick(now: number): Promise<'evaluated' | 'old'> {
    const { store, judgements, catalogue, publish, writer } = this.#use;
    const control = await store.readControl();
    const last = control.tick;
    if (last !== undefined && last.tick >= now) return 'old';
    if (this.#memory === undefined || last?.writer !== writer)
      this.#memory = await TickMemory.load(catalogue, store, now);
    const memory = this.#memory;
    await memory.absorb(control.marks, store, judgements, now);
    const looks = catalogue.surfaces.flatMap(({ slos }) =>
      slos.flatMap((slo) => this.#look(memory, slo, now)),
    );
    const states = Object.fromEntries(
      catalogue.surfaces.map(({ surface }) => [
        surface,
        { evaluations: Object.fromEntries(looks.filter(({ slo }) => slo.surface === surface).map(({ slo, evaluation }) => [slo.id, evaluation])) },
      ]),
    );
    await Promise.all([
      publish([...looks.flatMap(({ points }) => points), ...healthPoints(control, now)]),
      store.writeTick(now, writer, states),
    ]);
    return 'evaluated';
  }

  #look(
    memory: TickMemory,
    slo: Slo,
    now: number,
  ): { slo: Slo; evaluation: LastEvaluation; points: Point[] }[] {
    const rubric = sloRubric(this.#use.catalogue, slo);
    if (slo.sli.kind !== 'judge-pass' || slo.objective === null || rubric === undefined) return [];
    const count = (what: 'judged' | 'pass') =>
      sumBetween(
        memory.book.column(slo.surface, '*', verdictColumn(rubric, what)),
        now - slo.window,
        now + 1,
      );
    const tally = { good: count('pass'), total: count('judged') };
    const look = lookOnce(tally, slo.objective);
    const where = { [dimension.surface]: slo.surface, [dimension.slo]: slo.id };
    const pressure = (severity: Severity) => ({
      name: metric.pressure,
      dimensions: { ...where, [dimension.severity]: severity },
      values: [severity === 'ticket' ? look.pressure : 0],
      at: now,
    });
    const points = [
      ...slo.severities.map(pressure),
      { name: metric.events, dimensions: where, values: [tally.total], at: now },
      ...(tally.total > 0
        ? [{ name: metric.sliRaw, dimensions: where, values: [tally.good / tally.total], at: now }]
        : []),
    ];
    return [{ slo, evaluation: { raw: tally, pressure: { ticket: look.pressure } }, points }];
  }
}

/** Gauges of the pipeline's own health. */
function healthPoints({ circuits, spending }: ControlReading, now: number): Point[] {
  const today = spending.get(dayKey(now));
  const gauge = (name: string, value: number): Point => ({ name, dimensions: {}, values: [value], at: now });
  return [
    gauge(metric.heartbeat, 1),
    gauge(metric.judgeBlocked, circuits.length > 0 ? 1 : 0),
    gauge(metric.capReached, (today?.shed ?? 0) > 0 ? 1 : 0),
    gauge(metric.judgeSpend, today?.spentUsd ?? 0),
  ];
}
