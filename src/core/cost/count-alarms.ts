import { type Catalogue, calibratedRubrics } from '../catalogue/catalogue.ts';
import { countsOf } from '../slo/definition/sli-kinds.ts';

/**
 * About Assay itself, beside those of the anchors: evaluator silent, late verdicts, judge's and responses' dead letters,
 * rejected growing, ages of the two queues, judge errors, judge blocked, cap reached, crashes of three functions.
 */
const operationalAlarms = 13;

/** Alarms that a stage of a catalogue has. */
export function countAlarms(catalogue: Catalogue): number {
  const ofSurfaces = catalogue.surfaces.map(({ slos, sampleRate }) => {
    const unmeasured = slos.length > 0 ? 1 : 0;
    const judged = slos.some(({ sli }) => countsOf(sli) === 'verdicts');
    // At full rate nothing can be over it.
    const sampledShare = judged ? (sampleRate < 1 ? 2 : 1) : 0;
    return slos.reduce((sum, { severities }) => sum + severities.length, unmeasured + sampledShare);
  });
  return ofSurfaces.reduce(
    (sum, count) => sum + count,
    operationalAlarms + calibratedRubrics(catalogue).length,
  );
}
