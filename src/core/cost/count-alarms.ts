import { type Catalogue, calibratedRubrics } from '../catalogue/catalogue.ts';
import { countsOf } from '../slo/definition/sli-kinds.ts';

/**
 * About Assay itself, beside those of the anchors: evaluator silent, late verdicts, dead letters of judge, responses and
 * ratings, rejected growing, ages of the two queues, judge errors, judge blocked, judge retires and retires soon, judge overcharged, cap reached, table
 * throttles (15); crashes,
 * throttles and runs near the time-out of four functions (12); dropped events of two (2).
 */
const operationalAlarms = 29;

/** Alarms that a stage of a catalogue has. */
export function countAlarms(catalogue: Catalogue): number {
  const ofSurfaces = catalogue.surfaces.map(({ slos, sampleRate }) => {
    const unmeasured = slos.length > 0 ? 1 : 0;
    const judged = slos.some(({ sli }) => countsOf(sli) === 'verdicts');
    // At full rate nothing can be over it.
    const sampledShare = judged ? (sampleRate < 1 ? 2 : 1) : 0;
    const unjudged = judged ? 1 : 0;
    return slos.reduce(
      (sum, { severities }) => sum + severities.length,
      unmeasured + sampledShare + unjudged,
    );
  });
  return ofSurfaces.reduce(
    (sum, count) => sum + count,
    operationalAlarms + calibratedRubrics(catalogue).length,
  );
}
