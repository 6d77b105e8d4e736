import { type Catalogue, sloRubric } from '#core/catalogue/catalogue.ts';
import { dimension, metric, type Severity } from '#core/names.ts';
import { verdictColumn } from '#core/series/summarise-hour.ts';
import { lookOnce } from '#core/slo/single-look.ts';
import type { Slo } from '#core/slo/slo.ts';
import type { Point } from '#adapters/cloudwatch/metrics.ts';
import type { JudgeControl } from '#adapters/dynamodb/judge-control.ts';
import type { JudgementStore } from '#adapters/dynamodb/judgement-store.ts';
import type { SeriesStore } from '#adapters/dynamodb/series-store.ts';
import { sumBetween, TickMemory } from './tick-memory.ts';

export interface EvaluatorDependencies {
  readonly catalogue: Catalogue;
  readonly store: SeriesStore;
  readonly judgements: JudgementStore;
  readonly control: JudgeControl;
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
    const last = await store.readTick();
    if (last !== undefined && last.tick >= now) return 'old';
    if (this.#memory === undefined || last?.writer !== writer) this.#memory = await TickMemory.load(catalogue, store, now);
    const memory = this.#memory;
    await memory.absorb(store, judgements, now);
    const looks = catalogue.surfaces.flatMap(({ slos }) => slos.flatMap((slo) => this.#look(memory, slo, now)));
    await publish([...looks.flatMap(({ points }) => points), ...(await this.#health(now))]);
    for (const { surface } of catalogue.surfaces) {
      const evaluations = Object.fromEntries(looks.filter(({ slo }) => slo.surface === surface).map(({ slo, evaluation }) => [slo.id, evaluation]));
      if (Object.keys(evaluations).length > 0) await store.writeState(surface, now, { evaluations });
    }
    await store.writeTick({ tick: now, writer });
    return 'evaluated';
  }

  #look(memory: TickMemory, slo: Slo, now: number): { slo: Slo; evaluation: LastEvaluation; points: Point[] }[] {
    const rubric = sloRubric(this.#use.catalogue, slo);
    if (slo.sli.kind !== 'judge-pass' || slo.objective === null || rubric === undefined) return [];
    const count = (what: 'judged' | 'pass') => sumBetween(memory.book.column(slo.surface, '*', verdictColumn(rubric, what)), now - slo.window, now + 1);
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
      ...(tally.total > 0 ? [{ name: metric.sliRaw, dimensions: where, values: [tally.good / tally.total], at: now }] : []),
    ];
    return [{ slo, evaluation: { raw: tally, pressure: { ticket: look.pressure } }, points }];
  }

  async #health(now: number): Promise<Point[]> {
    const [circuits, spending] = await Promise.all([this.#use.control.openCircuits(), this.#use.control.spending(now)]);
    const gauge = (name: string, value: number): Point => ({ name, dimensions: {}, values: [value], at: now });
    return [
      gauge(metric.heartbeat, 1),
      gauge(metric.judgeBlocked, circuits.length > 0 ? 1 : 0),
      gauge(metric.capReached, spending.shed > 0 ? 1 : 0),
      gauge(metric.judgeSpend, spending.settledUsd),
    ];
  }
}


