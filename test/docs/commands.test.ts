import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Command, CommanderError } from 'commander';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { examples } from '#cli/examples.ts';
import { createProgram } from '#cli/main.ts';
import { columnsOf } from '#cli/terminal/width.ts';
import { assayWith } from '../support/assay.ts';
import { commandsOf, mentionsOf, readDocuments, root, wordsOf } from '../support/documents.ts';
import { alarmsOf } from '../support/read-template.ts';
import { shippedCatalogue } from '../support/shipped.ts';
import { templatesOf } from '../support/templates.ts';

const documents = readDocuments();
const commands = commandsOf(documents);

/** What this test cannot run, by how it begins, and why. */
const elsewhere: readonly (readonly [begins: string, why: string])[] = [
  ['npx cdk bootstrap', 'needs an AWS account'],
  ['npx cdk deploy', 'needs an AWS account'],
  ['npx cdk destroy', 'needs an AWS account'],
  ['npx cdk synth', 'takes long; test/cdk synthesizes'],
  ['aws ', 'needs an AWS account'],
  ['git clone', 'needs the network'],
  ['cd ', 'changes the folder only'],
  ['npm ci', 'takes long; whoever runs this test has run it'],
  ['npm test', 'is what runs this test'],
  ['npm run test:watch', 'does not end by itself'],
  ['npm run check', 'takes long; the other half of the gate'],
  ['npm start', 'takes a minute; the same functions run here on fewer records'],
];
const whyNot = (line: string) =>
  line.startsWith('npx assay ') && line.includes(' --stack ')
    ? 'needs a deployed stack'
    : elsewhere.find(([begins]) => line.startsWith(begins))?.[1];

/** Every command parsed as it would be, and none run. @returns what commander says against it */
async function faultOf(words: readonly string[]): Promise<string | undefined> {
  const program = createProgram();
  const silence = (command: Command): void => {
    command.exitOverride().configureOutput({ writeErr: () => undefined, writeOut: () => undefined });
    if (command.commands.length === 0) command.action(() => undefined);
    else for (const child of command.commands) silence(child);
  };
  silence(program);
  try {
    await program.parseAsync([...words], { from: 'user' });
    return undefined;
  } catch (error) {
    return (error as CommanderError).message;
  }
}

/** What a mention in running text names that does not exist: the command, or an option of it. */
function unknownIn(mention: string): string | undefined {
  const words = wordsOf(mention);
  let command: Command = createProgram();
  while (command.commands.length > 0) {
    const [name = ''] = words;
    const next = command.commands.find((one) => one.name() === name);
    if (next === undefined) return words.length === 0 ? undefined : name;
    command = next;
    words.shift();
  }
  return words.find((word) => word.startsWith('--') && !command.options.some(({ long }) => long === word));
}

describe('commands in the documents', () => {
  it('are found', () => {
    expect(commands.length).toBeGreaterThan(30);
    expect(documents.map(({ file }) => file)).toContain('docs/tutorial.md');
  });

  it.each(
    commands.filter(({ line }) => line.startsWith('npx assay ')).map(({ line, files }) => [line, files]),
  )('%s is one that the program takes', async (line) => {
    expect(await faultOf(wordsOf(line).slice(2))).toBeUndefined();
  });

  it('are refused by this test where the program would not take them', async () => {
    expect(await faultOf(['explain', 'chat/judge-pass', '--stack', 'x'])).toMatch(/unknown option '--stack'/);
    expect(await faultOf(['explian', 'chat/judge-pass'])).toMatch(/unknown command 'explian'/);
    expect(await faultOf(['gate'])).toMatch(/required option '--tier/);
    expect(unknownIn('explain X --stack NAME')).toBe('--stack');
    expect(unknownIn('rubric bmup X')).toBe('bmup');
  });

  it.each(documents.map(({ file, text }) => [file, mentionsOf(text)] as const))(
    '%s mentions no command and no option that does not exist',
    (_, mentions) => {
      expect(mentions.filter((mention) => unknownIn(mention) !== undefined)).toEqual([]);
    },
  );

  it('that alarms name as the first step are ones that the program takes', async () => {
    const alarms = alarmsOf(await templatesOf(await shippedCatalogue()));
    // A command ends with the stage's stack.
    const named = alarms.flatMap(({ properties }) =>
      String(properties.AlarmDescription)
        .split('npx assay ')
        .slice(1)
        .map((rest) => `${rest.split('--stack')[0]}--stack assay-test`),
    );
    expect(named.length).toBeGreaterThan(20);
    const faults = await Promise.all(
      [...new Set(named)].map(async (one) => [one, await faultOf(wordsOf(one))]),
    );
    expect(faults.filter(([, fault]) => fault !== undefined)).toEqual([]);
  });

  it('and the help of each fit a terminal of 80 columns', () => {
    vi.stubEnv('COLUMNS', '80');
    const all = (command: Command): Command[] => [command, ...command.commands.flatMap(all)];
    const helps = all(createProgram()).map((command) => command.helpInformation());
    vi.unstubAllEnvs();
    expect(helps.length).toBeGreaterThan(40);
    expect(helps.flatMap(tooWide)).toEqual([]);
  });

  it('of the help are ones that the program takes, and every command has one', async () => {
    const leaves = (command: Command, path: readonly string[] = []): string[] =>
      command.commands.length === 0
        ? [path.join(' ')]
        : command.commands.flatMap((child) => leaves(child, [...path, child.name()]));
    // Its examples are of a shell, and stand in its own file.
    const wanted = leaves(createProgram()).filter((path) => path !== 'completion');
    expect(Object.keys(examples).sort()).toEqual(wanted.sort());
    for (const [path, calls] of Object.entries(examples))
      for (const call of calls) {
        expect(call.startsWith(path)).toBe(true);
        const words = wordsOf(call.replaceAll(/"[^"]*"/g, 'quoted'));
        expect({ call, fault: await faultOf(words) }).toEqual({ call, fault: undefined });
      }
  });

  it('that npm runs are scripts of the project', () => {
    const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
      scripts: Record<string, string>;
    };
    const named = commands.flatMap(({ line }) => /^npm (?:run )?(?!ci|install)(\S+)/.exec(line)?.[1] ?? []);
    expect(named.filter((name) => scripts[name] === undefined)).toEqual([]);
  });

  it('stand on the list of those that are not run only while a document shows them', () => {
    expect(elsewhere.filter(([begins]) => !commands.some(({ line }) => line.startsWith(begins)))).toEqual([]);
  });

  for (const { line, files } of commands) {
    const why = whyNot(line);
    if (why !== undefined) it.skip(`${line} (${files.join(', ')}; not run: ${why})`);
  }
});

/** Ends as told, and not with 0: the run that the commands are tried on has an alarm. */
const otherEnds: Readonly<Record<string, number>> = { 'npx assay gate': 1 };
const endOf = (line: string) =>
  Object.entries(otherEnds).find(([begins]) => line.startsWith(begins))?.[1] ?? 0;

/** For a terminal of 80 columns. */
const tooWide = (text: string) => text.split('\n').filter((line) => columnsOf(line) > 80);
/** For programs: no lines of a terminal. */
const isData = (words: readonly string[]) =>
  words.includes('--json') || words.includes('html') || words[0] === 'completion';

/** They write what others read: in the documents' order, before all others. */
const writes = /^npx assay (rubric|ratings|redrive|rollback|incident)\b/;
/** They clear the folder of the run that the others read. */
const runs = /^npx assay run\b/;
/** It ends the run that the others read: after all of them. */
const ends = /^npx assay stop\b/;

const start = Date.parse('2026-11-03T03:00:00Z');
const release = Date.parse('2026-11-03T09:00:00Z');

/** Twelve hours of chat in which a release makes answers worse. */
const responses = Array.from({ length: 480 }, (_, index) => {
  const at = start + index * 90_000;
  return {
    id: `r${index}`,
    at: new Date(at).toISOString(),
    surface: 'chat',
    status: 'success',
    release: at < release ? 'v1' : 'v2',
    request: { messages: [{ role: 'user', content: `Question ${index}?` }] },
    response: { content: `Answer ${index}.` },
  };
});
const verdicts = responses.map(({ id, release: version }, index) => ({
  responseId: id,
  score: index % (version === 'v1' ? 12 : 3) === 0 ? 2 : 5,
}));

const lines = (values: readonly unknown[]) => values.map((value) => `${JSON.stringify(value)}\n`).join('');

describe('commands that run on this machine', () => {
  const local = commands.filter(({ line }) => whyNot(line) === undefined);
  const ofRuns = local.filter(({ line }) => runs.test(line));
  const ofWriters = local.filter(({ line }) => writes.test(line));
  const ofEnds = local.filter(({ line }) => ends.test(line));
  const ofReaders = local.filter(({ line }) => ![runs, writes, ends].some((kind) => kind.test(line)));
  let folder: string;
  let apart: string;
  let live: ChildProcess | undefined;

  beforeAll(async () => {
    // Two hours are enough for the commands that replay anew.
    [folder, apart] = await Promise.all([makeFolder(responses), makeFolder(responses.slice(200, 280))]);
    live = await startRun(folder);
  });

  afterAll(async () => {
    await stop(live);
    await Promise.all([folder, apart].map((one) => rm(one, { recursive: true, force: true })));
  });

  it('are all of the assay command', () => {
    expect(local.filter(({ line }) => !line.startsWith('npx assay '))).toEqual([]);
  });

  const run = async (line: string, where: string) => {
    const words = wordsOf(line).slice(2);
    const { code, stdout, stderr } = await assayWith({ COLUMNS: '80' }, where, ...words);
    expect({ line, code, stderr: code === endOf(line) ? '' : `${stderr}${stdout}` }).toEqual({
      line,
      code: endOf(line),
      stderr: '',
    });
    expect(`${stdout}${stderr}`.trim()).not.toBe('');
    expect(tooWide(isData(words) ? stderr : `${stdout}${stderr}`)).toEqual([]);
  };

  it.each(ofWriters.map(({ line }) => line))('%s', async (line) => {
    const upload = /^npx assay ratings upload (\S+)/.exec(line)?.[1];
    if (upload !== undefined) await fillBatch(folder, upload);
    await run(line, folder);
  });

  it.concurrent.each(ofReaders.map(({ line }) => line))('%s', (line) => run(line, folder));

  it.each(ofRuns.map(({ line }) => line))('%s', (line) => run(line, apart));

  const statusOf = async () => {
    const { stdout } = await assayWith({}, folder, 'status', '--json');
    return JSON.parse(stdout) as {
      evaluatedAt: string;
      calibrations: { slo: string; ratings: number }[];
    };
  };
  const ratingsOf = async () =>
    (await statusOf()).calibrations.find(({ slo }) => slo === 'chat/judge-pass')?.ratings;

  it('a run that is served ticks on: what was uploaded beside it shows in its status', async () => {
    await expect.poll(ratingsOf, { interval: 2_000 }).toBeGreaterThan(20);
  });

  it('a second run in the folder of one that lives is told of it, and ends with 2', async () => {
    const words = wordsOf('run --responses responses.jsonl --exit');
    const { code, stdout, stderr } = await assayWith({}, folder, ...words);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(
      /^A session lives in \.assay \(pid \d+, http:\/\/127\.0\.0\.1:\d+\/; .*"npx assay stop", or use --local DIR/,
    );
  });

  it.each(ofEnds.map(({ line }) => line))('%s', async (line) => {
    const ended = new Promise((resolve) => live?.once('exit', resolve));
    await run(line, folder);
    expect(await ended).toBe(0);
    expect(await assayWith({}, folder, 'stop')).toMatchObject({
      code: 0,
      stdout: 'No session lives in .assay.\n',
    });
  });

  it('what is uploaded to a run that has ended is evaluated at once', async () => {
    const before = await statusOf();
    const rows = ['response_id,rater_id,score', 'r470,bob,5', 'r471,bob,2'];
    await writeFile(join(folder, 'more.csv'), `${rows.join('\n')}\n`);
    expect((await assayWith({}, folder, 'ratings', 'upload', 'more.csv')).code).toBe(0);
    expect(Date.parse((await statusOf()).evaluatedAt)).toBe(Date.parse(before.evaluatedAt) + 60_000);
  });
});

async function makeFolder(sent: typeof responses): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'assay-documents-'));
  await Promise.all([
    ...['slos', 'rubrics', 'schemas'].map((name) =>
      cp(join(root, name), join(folder, name), { recursive: true }),
    ),
    writeFile(join(folder, 'responses.jsonl'), lines(sent)),
    writeFile(join(folder, 'verdicts.jsonl'), lines(verdicts)),
  ]);
  return folder;
}

/** A run that stays: commands that join it need no servers of their own. */
function startRun(folder: string): Promise<ChildProcess> {
  const child = spawn(
    process.execPath,
    [
      join(root, 'bin', 'assay.js'),
      ...wordsOf(
        'run --responses responses.jsonl --judge recorded:verdicts.jsonl --sample-rate 1 --tick 15m',
      ),
    ],
    { cwd: folder, stdio: ['ignore', 'pipe', 'inherit'] },
  );
  return new Promise((resolve, reject) => {
    let said = '';
    child.stdout.setEncoding('utf8').on('data', (part: string) => {
      said += part;
      if (said.includes('until you press Ctrl-C')) resolve(child);
    });
    child.once('exit', (code) => reject(new Error(`the run ended with ${code}: ${said}`)));
  });
}

async function stop(child: ChildProcess | undefined): Promise<void> {
  if (child === undefined || child.exitCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGINT');
  await ended;
}

/** Fills the batch that was drawn last as a person would, under the name that the document gives it. */
async function fillBatch(folder: string, name: string): Promise<void> {
  const drawn = (await readdir(folder)).filter((file) => /^chat-.*\.csv$/.test(file) && file !== name).sort();
  const last = drawn.at(-1);
  if (last === undefined) throw new Error('no document draws a batch before it uploads one');
  const batch = last.replace('.csv', '');
  const text = await readFile(join(folder, last), 'utf8');
  const rows = text.matchAll(/^(r\d+),/gm);
  const filled = [...rows].map(([, id]) => `${id},ann,${Number(id?.slice(1)) % 5 === 0 ? 2 : 5},${batch}`);
  await writeFile(join(folder, name), ['response_id,rater_id,score,batch', ...filled, ''].join('\n'));
}
