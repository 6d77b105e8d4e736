import { z } from 'zod';
import type { Interval } from '#core/statistics/outcome.ts';

export type Fields = Record<string, unknown>;

/** Computes the fields of a case from its input. @throws ZodError where the input has another shape */
export type Compute = (input: unknown) => Fields;

/** By the family's name in reference files. */
export type Families = Readonly<Record<string, Compute>>;

export const number = z.number();
export const numbers = z.array(number);

/** A family whose input has this shape. */
export function family<Shape extends z.ZodRawShape>(
  shape: Shape,
  compute: (input: z.infer<z.ZodObject<Shape>>) => Fields,
): Compute {
  return (input) => compute(z.object(shape).parse(input) as z.infer<z.ZodObject<Shape>>);
}

export function pair({ lower, upper }: Interval): [number, number] {
  return [lower, upper];
}
