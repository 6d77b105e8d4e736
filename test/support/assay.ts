import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { format } from 'node:util';
import { vi } from 'vitest';

export interface CommandResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs the `assay` command in a folder, as a user does: with its arguments, folder, environment, output and exit code. Most
 * are run in this process, and stand in line.
 */
export function assay(folder: string, ...args: readonly string[]): Promise<CommandResult> {
  return assayWith({}, folder, ...args);
}

/** The same with other variables of the environment. */
export function assayWith(
  environment: Readonly<Record<string, string>>,
  folder: string,
  ...args: readonly string[]
): Promise<CommandResult> {
  const env = { ...process.env, ...environment };
  if (inProcessOfTheirOwn.has(args[0] ?? '')) return spawnAssay(env, folder, args);
  const turn = line.then(() => runHere(env, folder, args));
  line = turn.catch(() => undefined);
  return turn;
}

const program = resolve('bin/assay.js');

/** Runs have servers and lives of their own; what reckons much is several times slower among modules that a test can replace. */
const inProcessOfTheirOwn: ReadonlySet<string> = new Set(['run', 'demo', 'explain', 'power']);

function spawnAssay(env: NodeJS.ProcessEnv, cwd: string, args: readonly string[]): Promise<CommandResult> {
  return new Promise((done) => {
    execFile(process.execPath, [program, ...args], { cwd, env }, (error, stdout, stderr) => {
      done({ code: typeof error?.code === 'number' ? error.code : error === null ? 0 : 1, stdout, stderr });
    });
  });
}

/** A process has one folder, one environment and one output. */
let line: Promise<unknown> = Promise.resolve();

const printing = { log: 'stdout', info: 'stdout', debug: 'stdout', error: 'stderr', warn: 'stderr' } as const;

/** In this process, which has long loaded what a new one would load first. Its modules are new, as a new one's are. */
async function runHere(
  env: NodeJS.ProcessEnv,
  folder: string,
  args: readonly string[],
): Promise<CommandResult> {
  const before = { env: { ...process.env }, folder: process.cwd(), exitCode: process.exitCode };
  const output = { stdout: '', stderr: '' };
  const restores = [
    ...Object.entries(printing).map(([method, stream]) => {
      const spy = vi
        .spyOn(console, method as keyof typeof printing)
        .mockImplementation((...words: unknown[]) => {
          output[stream] += `${format(...words)}\n`;
        });
      return () => spy.mockRestore();
    }),
    ...(['stdout', 'stderr'] as const).map((stream) => {
      const spy = vi.spyOn(process[stream], 'write').mockImplementation((piece) => {
        output[stream] += String(piece);
        return true;
      });
      return () => spy.mockRestore();
    }),
  ];
  setEnvironment(env);
  process.chdir(folder);
  process.exitCode = undefined;
  vi.resetModules();
  try {
    const { main } = await import('#cli/main.ts');
    return { code: await main(args), ...output };
  } catch (error) {
    return { code: 1, ...output, stderr: `${output.stderr}${format(error)}\n` };
  } finally {
    for (const restore of restores) restore();
    setEnvironment(before.env);
    process.chdir(before.folder);
    process.exitCode = before.exitCode;
  }
}

function setEnvironment(env: NodeJS.ProcessEnv): void {
  for (const name of Object.keys(process.env)) if (!Object.hasOwn(env, name)) delete process.env[name];
  Object.assign(process.env, env);
}
