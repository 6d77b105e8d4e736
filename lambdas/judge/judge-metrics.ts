import type { Point } from '#adapters/cloudwatch/publish-metrics.ts';
import type { EndWithoutVerdict, JudgeTask } from '#core/judging/judgement.ts';
import { dimension, metric } from '#core/names.ts';
import type { JudgeEvent } from './judge-dependencies.ts';

/** Ends without a verdict that have a metric of their own. The dead-letter queue has its own alarm, on its depth. */
const endMetrics: Readonly<Record<EndWithoutVerdict, string | undefined>> = {
  unjudgeable: metric.unjudgeable,
  shed: metric.shed,
  dlq: undefined,
};

/**
 * Gathers what happened in a batch into live metrics, per surface and rubric, so that one call publishes them.
 *
 * @param repeatsOf how often the judge is asked about a response: so many judgements and calls stand for it
 */
export function judgePoints(
  events: readonly JudgeEvent[],
  at: number,
  repeatsOf: (task: JudgeTask) => number = () => 1,
): Point[] {
  const series = new Map<
    string,
    { name: string; dimensions: Record<string, string>; values: number[]; unit: Point['unit'] }
  >();
  const push = (name: string, dimensions: Record<string, string>, value: number, unit: Point['unit']) => {
    const key = JSON.stringify([name, dimensions]);
    const found = series.get(key) ?? { name, dimensions, values: [], unit };
    found.values.push(value);
    series.set(key, found);
  };
  for (const event of events) {
    const { surface, rubric, repeat, rescored } = event.task;
    const repeats = repeatsOf(event.task);
    // What stands in no live count: of the judge's anchors and comparisons, and of the past.
    const isLive = repeat === 0 && rescored !== true;
    const where = { [dimension.surface]: surface, [dimension.rubric]: rubric.id };
    switch (event.kind) {
      case 'judged': {
        const { judged } = event;
        if (repeat > 0) push(metric.anchorCost, where, judged.costUsd, 'None');
        if (isLive) {
          push(metric.judged, where, repeats, 'Count');
          push(metric.score, where, judged.score, 'None');
          push(metric.pass, where, judged.pass ? 1 : 0, 'None');
        }
        for (let call = 0; call < repeats; call += 1) {
          push(metric.judgeLatency, where, judged.latencyMs, 'Milliseconds');
          push(metric.judgeCost, where, judged.costUsd / repeats, 'None');
          if (judged.usage === undefined) continue;
          push(metric.inputTokens, where, judged.usage.inputTokens / repeats, 'Count');
          push(metric.cachedTokens, where, judged.usage.cachedInputTokens / repeats, 'Count');
          push(metric.outputTokens, where, judged.usage.outputTokens / repeats, 'Count');
        }
        break;
      }
      case 'ended':
        if (isLive && endMetrics[event.state] !== undefined)
          push(endMetrics[event.state] ?? '', where, repeats, 'Count');
        break;
      case 'error':
        push(metric.judgeErrors, { [dimension.kind]: event.errorKind }, 1, 'Count');
        break;
      case 'overcharged':
        push(metric.overcharged, {}, 1, 'Count');
        break;
      default:
        event satisfies never;
    }
  }
  return [...series.values()].map(({ unit, ...point }) => ({
    ...point,
    at,
    ...(unit !== undefined && { unit }),
  }));
}
