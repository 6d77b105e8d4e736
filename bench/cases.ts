/*
 * npm run cases FILE…: what the world sends, and what must come of it.
 * A file is JSON lines: {"name", "kind", …, "want"}. A list in a place of `want` means: any of these is right.
 */
import { checkCases } from './cases/check-cases.ts';

process.exitCode = await checkCases(process.argv.slice(2), console);
