import { type PartResult, tell } from './bench-part.ts';
import { measureSystems, readStories } from './hanna.ts';

const drawsOfSystem = 40;
const leastCovered = 0.9;

/** Coverage of the reported interval for each system of HANNA, calibrated by the others. @param folder of its files */
export function tableHanna(folder: string): PartResult {
  tell('HANNA');
  const systems = measureSystems(readStories(folder), drawsOfSystem);
  const total = systems.reduce((sum, { covered }) => sum + covered, 0) / systems.length;
  const kept = total >= leastCovered;
  const percent = (share: number) => (100 * share).toFixed(1);
  const lines = [
    `HANNA: each system calibrated by 200 drawn ratings of the others, ${drawsOfSystem} draws a system; percent and points:`,
    'system                stories  people pass  judge passes  reported  width  covered',
    ...systems.map(({ system, stories, rate, judged, value, medianWidth, covered }) =>
      [
        system.padEnd(20),
        String(stories).padStart(7),
        percent(rate).padStart(11),
        percent(judged).padStart(12),
        percent(value).padStart(8),
        percent(medianWidth).padStart(5),
        covered.toFixed(3).padStart(7),
      ].join('  '),
    ),
    `All: ${total.toFixed(3)}. At least .90: ${kept ? 'yes' : 'NO'}.`,
  ];
  return { lines, found: { systems, total }, kept };
}
