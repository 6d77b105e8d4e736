import type { Catalogue } from '#core/catalogue/catalogue.ts';
import { zoomBudgetUsd } from '#core/catalogue/zoom.ts';
import { awsBill, type BillInput, type BillLine } from '#core/cost/aws-bill.ts';
import { pricesAsOf, pricesRegion } from '#core/cost/aws-prices.ts';
import { type CapacityFinding, checkCapacity } from '#core/cost/check-capacity.ts';
import { type ComparedJudge, compareJudges } from '#core/cost/compare-judges.ts';
import { anchorsBill, type JudgeBillLine, type JudgeCalls, judgeBill } from '#core/cost/judge-bill.ts';
import { judge } from '#core/cost/measured-calls.ts';
import {
  daysPerMonth,
  expectedTraffic,
  responsesPerMonth,
  type SurfaceTraffic,
  sumOf,
  verdictsPerMonth,
} from '#core/cost/traffic.ts';
import { findWalls, type Wall } from '#core/cost/walls.ts';
import type { Throughput } from '#core/throughput.ts';
import { judgeCalls, meanTextCharacters, type UsageSources } from './cost-usage.ts';

export interface Cost {
  readonly prices: { readonly region: string; readonly asOf: string };
  /** Where the traffic comes from. */
  readonly trafficFrom: 'files' | 'option' | 'stack';
  readonly responsesPerDay: number;
  readonly responsesPerMonth: number;
  readonly verdictsPerMonth: number;
  readonly aws: {
    readonly lines: readonly BillLine[];
    /** US dollars a month. */
    readonly fixedUsd: number;
    readonly trafficUsd: number;
    readonly usd: number;
    /** US dollars for a million responses more. */
    readonly perMillionResponses: number;
  };
  readonly judge: {
    readonly lines: readonly JudgeBillLine[];
    readonly anchorsUsd: number;
    readonly usd: number;
    /** The same where flex has no room and every call is made at standard. */
    readonly usdWithoutFlex: number;
    readonly perMillionResponses: number;
    readonly capUsdPerMonth: number;
    /** Most of it that zooming may use: surfaces that are sampled more while a drop may be under way. */
    readonly zoomUsdPerMonth: number;
    /** What asking flex first saves; undefined where no judge in use is asked at it. */
    readonly flex: FlexSaving | undefined;
    /** The same calls by each judge of the file at each of its tiers, the cheapest first. */
    readonly compared: readonly ComparedJudge[];
  };
  /** What the traffic takes of each limit, the fullest first. */
  readonly walls: readonly Wall[];
  /** What is over one, and the settings that would hold it. */
  readonly findings: readonly CapacityFinding[];
}

export interface FlexSaving {
  /** US dollars of tokens a month, where flex always has room. */
  readonly savesUsd: number;
  /** Mean time of an answer at flex from which Lambda's waiting costs more than flex saves, milliseconds. */
  readonly paysBelowMs: number;
}

export interface EstimateInput extends UsageSources {
  readonly catalogue: Catalogue;
  /** Of all surfaces, instead of what is measured or expected. */
  readonly responsesPerDay: number | undefined;
  /** What the stage is deployed with; as shipped where absent. */
  readonly throughput?: Throughput | undefined;
}

/** What a month costs. */
export function estimateCost({
  catalogue,
  responsesPerDay,
  texts,
  measured,
  throughput,
}: EstimateInput): Cost {
  const traffic = expectedTraffic(catalogue, responsesPerDay ?? measured?.responsesPerDay);
  const calls = judgeCalls(catalogue, traffic, { texts, measured });
  const stage = {
    catalogue,
    traffic,
    textCharacters: meanTextCharacters(texts, calls),
    judgeMs: measured?.isRealJudge === true ? measured.judgeMs : undefined,
    throughput,
  };
  const trafficFrom =
    responsesPerDay !== undefined ? 'option' : measured?.responsesPerDay !== undefined ? 'stack' : 'files';
  const total = totalUp(catalogue, traffic, trafficFrom, awsBill(stage), calls);
  const bill = { ...total, judge: { ...total.judge, flex: flexSaving(total.judge, stage) } };
  const walls = findWalls(stage);
  const findings = checkCapacity({
    walls,
    judgeUsdPerDay: bill.judge.usd / daysPerMonth,
    judgeUsdPerDayWithoutFlex: bill.judge.usdWithoutFlex / daysPerMonth,
    judgementsPerDay: bill.verdictsPerMonth / daysPerMonth,
    capUsdPerDay: catalogue.spendingCapUsdPerDay,
  });
  return { ...bill, walls, findings };
}

function flexSaving(
  { usd, usdWithoutFlex }: Pick<Cost['judge'], 'usd' | 'usdWithoutFlex'>,
  stage: BillInput,
): FlexSaving | undefined {
  const savesUsd = usdWithoutFlex - usd;
  if (savesUsd <= 0) return undefined;
  const at = (judgeMs: number) => sumOf(awsBill({ ...stage, judgeMs }), (line) => line.usd);
  const usual = judge.assumedAnswerMs;
  const usdPerMs = (at(usual + 1_000) - at(usual)) / 1_000;
  return { savesUsd, paysBelowMs: usual + savesUsd / usdPerMs };
}

function totalUp(
  catalogue: Catalogue,
  traffic: readonly SurfaceTraffic[],
  trafficFrom: Cost['trafficFrom'],
  lines: readonly BillLine[],
  calls: readonly JudgeCalls[],
): Omit<Cost, 'walls' | 'findings' | 'judge'> & { readonly judge: Omit<Cost['judge'], 'flex'> } {
  const responses = responsesPerMonth(traffic);
  const sum = (values: readonly { readonly usd: number }[]) => values.reduce((all, { usd }) => all + usd, 0);
  const fixedUsd = sum(lines.filter(({ kind }) => kind === 'fixed'));
  const trafficUsd = sum(lines.filter(({ kind }) => kind === 'traffic'));
  const perMillion = (usd: number) => (responses === 0 ? 0 : (usd / responses) * 1e6);
  const tokens = judgeBill(calls);
  const anchorsUsd = anchorsBill(catalogue, tokens);
  const verdictsUsd = sum(tokens);
  const atStandard = judgeBill(
    calls.map((each) => ({ ...each, judge: { ...each.judge, tier: 'standard' as const } })),
  );
  return {
    prices: { region: pricesRegion, asOf: pricesAsOf },
    trafficFrom,
    responsesPerDay: traffic.reduce((all, each) => all + each.responsesPerDay, 0),
    responsesPerMonth: responses,
    verdictsPerMonth: verdictsPerMonth(traffic),
    aws: {
      lines,
      fixedUsd,
      trafficUsd,
      usd: fixedUsd + trafficUsd,
      perMillionResponses: perMillion(trafficUsd),
    },
    judge: {
      lines: tokens,
      anchorsUsd,
      usd: verdictsUsd + anchorsUsd,
      usdWithoutFlex: sum(atStandard) + anchorsBill(catalogue, atStandard),
      perMillionResponses: perMillion(verdictsUsd),
      capUsdPerMonth: catalogue.spendingCapUsdPerDay * daysPerMonth,
      zoomUsdPerMonth: zoomBudgetUsd(catalogue) * daysPerMonth,
      compared: compareJudges(catalogue, calls, responses),
    },
  };
}
