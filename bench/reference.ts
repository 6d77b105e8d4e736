/*
 * npm run reference FILE: checks the statistics library against reference values.
 * FILE is JSON: {"cases": [{"id", "family", "input", "expected", "tol", "note"?}]}.
 */
import { checkReference } from './reference/check-file.ts';

process.exitCode = checkReference(process.argv.slice(2), console);
