import * as z from 'zod';
import { labelPattern, maxLabelCharacters } from './label.ts';

export const label = z
  .string()
  .min(1)
  .max(maxLabelCharacters)
  .regex(labelPattern, 'a name without control characters, "#" and broken Unicode');
