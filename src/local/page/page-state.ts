import type { EndState } from '#core/judging/judgement.ts';
import type { Category, Severity } from '#core/names.ts';
import type { ShadowStanding } from '#core/report/shadow-standings.ts';
import type { ShownRate } from '#core/report/slo-reading.ts';
import type { Health } from '#core/slo/alarms/health.ts';
import type { ValueUnit } from '#core/slo/definition/field.ts';
import type { SloReading } from '#lambdas/slo-evaluator/slo-reading.ts';
import type { Mark } from './read-marks.ts';

export type { WhyView } from '#core/triage/why-view.ts';

/** What the server tells the page: plain JSON, times in epoch milliseconds, shares from 0 to 1. */

export type JudgeKind = 'simulated' | 'recorded' | 'openai';

export interface SloView {
  /** `chat/judge-pass`. */
  readonly name: string;
  readonly surface: string;
  readonly surfaceTitle: string;
  readonly title: string;
  /** What it measures, in words. */
  readonly measures: string;
  readonly category: Category;
  readonly headline: boolean;
  readonly objective: number | null;
  readonly window: number;
  readonly unit: ValueUnit;
  readonly owner: string;
  readonly severities: readonly Severity[];
  readonly runbook: string;
  readonly calibrationNeeded: boolean;
  /** Its surface's answers are judged, so that there are verdicts to read. */
  readonly judged: boolean;
  readonly health: Health;
  /** The health in a word: where it is not measured, why. */
  readonly healthWord: string;
  /** Of the last tick; null before the first. */
  readonly reading: SloReading | null;
  /** What of the reading is shown. */
  readonly shown: ShownRate | null;
}

export interface AlarmView {
  readonly name: string;
  readonly state: 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';
  readonly since: number | null;
  readonly severity: Severity | null;
  /** Its SLO; null for an alarm about Assay itself. */
  readonly slo: string | null;
  readonly title: string;
  readonly surfaceTitle: string | null;
  /** Of an alarm that stands though it does not fire: the more severe one that fires for it; null of others. */
  readonly maskedBy: Severity | null;
  /** Why it is in this state: the evaluator's words of a firing SLO alarm, else CloudWatch's. */
  readonly reason: string;
  /** What it measures, what the threshold means, the first step; owner and runbook are apart. */
  readonly description: string;
  readonly owner: string | null;
  readonly runbook: string | null;
}

/** One of the four panels of the first screen. */
export interface PanelView {
  readonly category: Category;
  readonly health: Health;
  /** The SLO whose number is shown; null where nothing is wanted of this category. */
  readonly slo: string | null;
  /** Other SLOs of the category that are breaking or to be watched, the worst first. */
  readonly also: readonly string[];
}

export interface Headline {
  readonly health: Health;
  readonly sentence: string;
  readonly detail: string;
  /** What the headline rests on; null where nothing fires. */
  readonly proof: Proof | null;
}

/** The alarm that makes the headline, and what a product manager asks of it. */
export interface Proof {
  readonly slo: string;
  readonly title: string;
  readonly surfaceTitle: string;
  readonly severity: Severity;
  /** When its alarm went on, epoch milliseconds; null where it is not known. */
  readonly since: number | null;
  /** The alarm's reason: a plain sentence, then its statistics in a line of their own. */
  readonly reason: string;
  readonly owner: string;
  readonly runbook: string;
}

/** Where the records of the last 30 days are. */
export interface FlowView extends Readonly<Record<EndState, number>> {
  readonly received: number;
  readonly responses: number;
  readonly feedback: number;
  readonly rejected: number;
  readonly sampled: number;
  readonly late: number;
  /** Messages that wait, by queue; null where its address is not known. */
  readonly waiting: {
    readonly judge: number | null;
    readonly dlq: number | null;
    readonly rejected: number | null;
  };
  /** Sentences: why records and judgements brought no verdict, how many, the first, what to do. */
  readonly told: readonly string[];
}

export interface CalibrationView {
  readonly surface: string;
  readonly rubric: string;
  readonly judge: string;
  readonly state: string;
  readonly reason: string;
  readonly ratings: number;
  readonly madeAt: number;
  /** Cohen's, with quadratic weights. */
  readonly kappa: number | null;
  readonly sensitivity: number | null;
  readonly specificity: number | null;
  /** The pass rate as people would have it. */
  readonly rate: { readonly value: number; readonly lower: number; readonly upper: number } | null;
}

export interface SpendView {
  readonly day: string | null;
  readonly reservedUsd: number;
  readonly capUsd: number;
  readonly shed: number;
  /** What of it judged more than the usual sample, and what may on a day. */
  readonly zoomedUsd: number;
  readonly zoomCapUsd: number;
  /** What of it judged stored responses under another version. */
  readonly rescoredUsd: number;
  /** Surfaces that are sampled more than usual, or would be if money allowed it, and why. */
  readonly zooms: readonly { readonly surface: string; readonly words: string }[];
  /** What the judge's calls of the last 30 days cost at the rubrics' prices. */
  readonly callsUsd: number;
  readonly calls: number;
  /** Judges whose model is shut down within 45 days, or has been. */
  readonly retiring: readonly { readonly judge: string; readonly words: string }[];
  /** Judge models that nobody can use until somebody acts. */
  readonly blocked: readonly { readonly model: string; readonly reason: string; readonly since: number }[];
}

export interface PageState {
  readonly stage: string;
  readonly judge: JudgeKind;
  readonly judgeModels: readonly string[];
  /** The time that the stack lives in. */
  readonly clock: number;
  /** The last evaluation; null before the first. */
  readonly tick: number | null;
  readonly progress: { readonly sent: number; readonly total: number } | null;
  readonly headline: Headline;
  /** By surface, and under `*` for all of them together. */
  readonly panels: Readonly<Record<string, readonly PanelView[]>>;
  readonly rules: readonly { readonly health: Health; readonly word: string; readonly rule: string }[];
  readonly surfaces: readonly { readonly surface: string; readonly title: string }[];
  readonly slos: readonly SloView[];
  readonly alarms: readonly AlarmView[];
  readonly flow: FlowView;
  readonly calibrations: readonly CalibrationView[];
  /** Versions that judge beside the active ones, over the time that both did. */
  readonly shadows: readonly ShadowStanding[];
  readonly spend: SpendView;
}

/** Points of one SLO; arrays are as long as `times`, null where there is no point. */
export interface SeriesView {
  readonly slo: string;
  readonly objective: number | null;
  readonly times: readonly number[];
  readonly sli: readonly (number | null)[];
  readonly raw: readonly (number | null)[];
  readonly lower: readonly (number | null)[];
  readonly upper: readonly (number | null)[];
  readonly burn: readonly (number | null)[];
  readonly pressure: Readonly<Partial<Record<Severity, readonly (number | null)[]>>>;
  /** Releases, rubric versions and incidents within the time of the line. */
  readonly marks: readonly Mark[];
}

export interface VerdictView {
  readonly responseId: string;
  readonly at: number;
  readonly score: number;
  readonly pass: boolean;
  readonly cohort: string | null;
  readonly release: string | null;
  readonly model: string | null;
  readonly criteria: readonly {
    readonly id: string;
    readonly question: string;
    readonly score: number;
    readonly reason: string | null;
  }[];
  /** Null where the texts' life is over. */
  readonly texts: {
    readonly messages: readonly { readonly role: string; readonly content: string }[];
    readonly response: string;
  } | null;
}

export interface VerdictsView {
  readonly slo: string;
  readonly from: number;
  readonly to: number;
  readonly judged: number;
  readonly failed: number;
  readonly rubric: string | null;
  readonly passMark: number | null;
  readonly verdicts: readonly VerdictView[];
}
