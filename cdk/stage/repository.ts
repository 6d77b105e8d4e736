import { join } from 'node:path';

/** Folder that holds cdk.json, slos/, rubrics/ and lambdas/. */
export const repositoryRoot = join(import.meta.dirname, '..', '..');

/** Folder of the functions, one a folder. */
export const lambdasFolder = join(repositoryRoot, 'lambdas');
