import { afterAll, vi } from 'vitest';

/** A setup of every file that shares its process with others: each finds environment and modules as the first one did. */
const before = { ...process.env };

afterAll(() => {
  for (const name of Object.keys(process.env)) if (!Object.hasOwn(before, name)) delete process.env[name];
  Object.assign(process.env, before);
  vi.resetModules();
});
