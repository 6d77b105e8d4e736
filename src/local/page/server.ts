import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { SQSClient } from '@aws-sdk/client-sqs';
import { createDynamo } from '#adapters/dynamodb/client.ts';
import { createJudgementStore } from '#adapters/dynamodb/judgement-store.ts';
import { createRatingStore } from '#adapters/dynamodb/rating-store.ts';
import { createSeriesStore } from '#adapters/dynamodb/series-store.ts';
import { required } from '#adapters/environment.ts';
import type { Catalogue } from '#core/catalogue/catalogue.ts';
import { findSlo } from '#core/catalogue/compile.ts';
import { env } from '#core/names.ts';
import type { Slo } from '#core/slo/definition/slo.ts';
import { day, hour } from '#core/time.ts';
import type { WhyView } from '#core/triage/why-view.ts';
import { cacheEachFor, cacheFor } from './cache-for.ts';
import { localRunbook, readDocumentPages, runbookPath } from './document-pages.ts';
import { guardHeaders, refuseRequest } from './guard-request.ts';
import { listNumbers } from './list-numbers.ts';
import { LiveUpdates, messageOf } from './live-updates.ts';
import type { JudgeKind, SeriesView } from './page-state.ts';
import { FlowReader } from './read-flow.ts';
import { readCalibrationMarks, readMarks } from './read-marks.ts';
import { longestLine, readFirstTick, readSeries } from './read-series.ts';
import { createStateReader } from './read-state.ts';
import { readWorstVerdicts } from './read-verdicts.ts';

import { readStaticFiles } from './static-files.ts';

export interface LocalPageOptions {
  readonly catalogue: Catalogue;
  readonly stage: string;
  readonly judge: JudgeKind;
  /** The time that the stack lives in, epoch milliseconds; the last tick's where absent. */
  readonly clock?: () => number;
  /** How far a replay is. */
  readonly progress?: () => { readonly sent: number; readonly total: number };
  /** What `assay why` finds of an SLO; null where nothing can be looked into. */
  readonly why?: (slo: Slo) => Promise<WhyView | null>;
  /** 0, the default, takes a free port. */
  readonly port?: number;
}

export interface LocalPage {
  readonly url: string;
  close(): Promise<void>;
}

/** Milliseconds between live updates, and for which an answer is shared. */
const stateLife = 1_000;
const seriesLife = 1_000;
const verdictsLife = 3_000;
const slowLife = 10_000;
const whyLife = 15_000;

/** Days that a line may be long. */
const lengths = [longestLine / day, 7, 1] as const;

/** What is asked about SLOs by name. */
const asked: readonly string[] = ['/api/series', '/api/verdicts', '/api/why'];

/** SLOs that one request may ask the series of. */
const mostSeries = 8;

/**
 * Serves the local page on 127.0.0.1. It only reads, through the SDK's clients and this process's environment, and
 * nothing at all while nobody looks.
 *
 * @throws Error where the environment of a stack is not set, or the port is taken
 */
export async function startLocalPage(options: LocalPageOptions): Promise<LocalPage> {
  const files = new Map(await readStaticFiles());
  for (const [path, page] of await readDocumentPages(process.cwd()))
    files.set(path, { type: 'text/html; charset=utf-8', body: Buffer.from(page) });
  const linkRunbook = files.has(runbookPath) ? localRunbook : (link: string) => link;
  const answers = createAnswers(options, linkRunbook);
  const live = new LiveUpdates(answers.state, stateLife);
  const server = createServer((request, response) => {
    void serve(request, response).catch((error: unknown) => {
      if (!response.headersSent) send(response, 503, { message: messageOf(error) });
      else response.destroy();
    });
  });

  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    for (const [name, value] of Object.entries(guardHeaders)) response.setHeader(name, value);
    const refusal = refuseRequest(request);
    if (refusal !== undefined) return send(response, refusal.status, { message: refusal.message });
    const url = new URL(request.url ?? '/', 'http://127.0.0.1');
    const file = files.get(url.pathname);
    if (file !== undefined) {
      response.writeHead(200, { 'content-type': file.type, 'cache-control': 'no-cache' });
      response.end(file.body);
      return;
    }
    if (url.pathname === '/api/live') return live.add(response);
    if (url.pathname === '/api/state') return send(response, 200, await answers.state());
    if (url.pathname === '/api/numbers') return send(response, 200, listNumbers(await answers.state()));
    if (!asked.includes(url.pathname))
      return send(response, 404, { message: `nothing is served at ${url.pathname}` });
    const names = url.searchParams.getAll('slo').slice(0, mostSeries);
    const slos = names.map((name) => findSlo(options.catalogue, name));
    const unknown = names.find((_, index) => slos[index] === undefined);
    if (names.length === 0 || unknown !== undefined) {
      return send(response, names.length === 0 ? 400 : 404, {
        message:
          unknown === undefined
            ? 'wanted ?slo=<surface>/<id>, got none'
            : `there is no SLO "${unknown}"; /api/state lists them`,
      });
    }
    const days = lengths.find((length) => String(length) === url.searchParams.get('days')) ?? lengths[0];
    const key = JSON.stringify([names, url.searchParams.get('only') === 'sli', days]);
    if (url.pathname === '/api/why') send(response, 200, await answers.why(names[0] ?? ''));
    else if (url.pathname === '/api/series') send(response, 200, await answers.series(key));
    else send(response, 200, await answers.verdicts(names[0] ?? ''));
  };

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}/`,
    async close() {
      live.close();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
      answers.close();
    },
  };
}

function createAnswers(
  { catalogue, stage, judge, clock, progress, why }: LocalPageOptions,
  linkRunbook: (link: string) => string,
) {
  const dynamo = createDynamo();
  const cloudwatch = new CloudWatchClient({});
  const sqs = new SQSClient({ useQueueUrlAsEndpoint: false });
  const seriesTable = required(env.seriesTable);
  const series = createSeriesStore(dynamo, seriesTable);
  const judgements = createJudgementStore(dynamo, required(env.judgementTable), catalogue.retention);
  const ratings = createRatingStore(dynamo, required(env.ratingTable));
  const flow = new FlowReader({ dynamo, seriesTable, series, judgements, sqs, catalogue });
  const state = cacheFor(
    stateLife,
    createStateReader({
      catalogue,
      stage,
      judge,
      clock: () => clock?.(),
      progress: () => progress?.(),
      series,
      judgements,
      ratings,
      cloudwatch,
      flow,
      linkRunbook,
    }),
  );
  const now = async () => (await state()).clock;
  const firstTick = cacheFor(verdictsLife, async () => readFirstTick(cloudwatch, stage, await now()));
  const surfaceMarks = cacheEachFor(slowLife, async (surface) => {
    const to = await now();
    return readMarks({ dynamo, table: seriesTable, catalogue, surface, from: to - longestLine, to });
  });
  const marks = cacheEachFor(verdictsLife, async (name) => {
    const slo = findSlo(catalogue, name);
    if (slo === undefined) return [];
    const own = await readCalibrationMarks(ratings, catalogue, slo);
    return [...(await surfaceMarks(slo.surface)), ...own].sort((a, b) => a.at - b.at);
  });
  const find = (name: string): Slo[] => [findSlo(catalogue, name) ?? []].flat();
  return {
    state,
    series: cacheEachFor(seriesLife, async (key): Promise<SeriesView[]> => {
      const [names, onlySli, days] = JSON.parse(key) as [string[], boolean, number];
      const slos = names.flatMap(find);
      const to = await now();
      const from = Math.max(to - days * day, (await firstTick()) ?? to - hour);
      const read = await readSeries(cloudwatch, slos, { stage, from, to, onlySli });
      return Promise.all(read.map(async (view) => ({ ...view, marks: await marks(view.slo) })));
    }),
    verdicts: cacheEachFor(verdictsLife, async (name) => {
      const slo = findSlo(catalogue, name);
      if (slo === undefined) throw new Error(`there is no SLO "${name}"`);
      const { clock, slos } = await state();
      const shown = slos.find((each) => each.name === name)?.shown;
      return readWorstVerdicts(catalogue, judgements, slo, shown?.window ?? slo.window, clock);
    }),
    why: cacheEachFor(whyLife, async (name) => {
      const slo = findSlo(catalogue, name);
      return slo === undefined ? null : ((await why?.(slo)) ?? null);
    }),
    close() {
      dynamo.destroy();
      cloudwatch.destroy();
      sqs.destroy();
    },
  };
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' });
  response.end(JSON.stringify(body));
}
