import type { Category } from '../../names.ts';
import type { Slo } from './slo.ts';

/**
 * The SLO whose number stands for a category of a surface: the one that is marked as its headline, else the first that
 * has an objective, else the first.
 *
 * @param slos of one surface
 */
export function headlineOf(slos: readonly Slo[], category: Category): Slo | undefined {
  const own = slos.filter((slo) => slo.category === category);
  return own.find(({ headline }) => headline) ?? own.find(({ objective }) => objective !== null) ?? own[0];
}
