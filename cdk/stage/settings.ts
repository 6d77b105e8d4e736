/** What a deployment may choose on the command line: `npx cdk deploy -c stage=prod -c alarmEmail=team@example.com`. */
export interface Settings {
  /** Keeps several deployments in one account apart: part of the stack's, the alarms' and the metrics' names. */
  readonly stage: string;
  /** Subscribed to every severity's topic. */
  readonly alarmEmail?: string | undefined;
  /** Base address of an OpenAI-compatible API. */
  readonly judgeUrl: string;
  /** Whether tables outlive the stack and refuse deletion. The ratings bucket always outlives it. */
  readonly retain: boolean;
}

export type SettingsReading =
  | { readonly ok: true; readonly settings: Settings }
  | { readonly ok: false; readonly faults: readonly string[] };

export const defaultStage = 'dev';
const defaultJudgeUrl = 'https://api.openai.com/v1';

/** No hyphens: `assay-a-b-…` would be stage "a" with surface "b-…" and stage "a-b" alike. */
const stageForm = /^[a-z][a-z0-9]{0,15}$/;
const emailForm = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;

/**
 * Reads and checks the context flags.
 *
 * @param flag gives a context value by name, undefined where it is absent
 */
export function readSettings(flag: (name: string) => unknown): SettingsReading {
  const faults: string[] = [];
  const stage = text(flag('stage')) ?? defaultStage;
  const alarmEmail = text(flag('alarmEmail'));
  const judgeUrl = text(flag('judgeUrl')) ?? defaultJudgeUrl;
  const retain = text(flag('retain')) ?? String(retainsData(stage));
  if (!stageForm.test(stage)) {
    faults.push(
      `-c stage: wanted a lower-case letter, then letters and digits, at most 16 in all; got "${stage}"`,
    );
  }
  if (alarmEmail !== undefined && !emailForm.test(alarmEmail)) {
    faults.push(`-c alarmEmail: wanted an e-mail address such as team@example.com; got "${alarmEmail}"`);
  }
  if (!/^https:\/\/./.test(judgeUrl) || !URL.canParse(judgeUrl)) {
    faults.push(`-c judgeUrl: wanted an https address such as ${defaultJudgeUrl}; got "${judgeUrl}"`);
  }
  if (retain !== 'true' && retain !== 'false') {
    faults.push(`-c retain: wanted true or false; got "${retain}"`);
  }
  if (faults.length > 0) return { ok: false, faults };
  return { ok: true, settings: { stage, alarmEmail, judgeUrl, retain: retain === 'true' } };
}

/** Settings of a stage with nothing chosen. @throws Error saying what a stage's name must look like */
export function settingsOf(stage: string, chosen: Readonly<Record<string, string>> = {}): Settings {
  const reading = readSettings((name) => (name === 'stage' ? stage : chosen[name]));
  if (!reading.ok) throw new Error(reading.faults.join('; '));
  return reading.settings;
}

export function stackName(stage: string): string {
  return `assay-${stage}`;
}

/** Stages that serve people in earnest; others may be thrown away with their stack. */
function retainsData(stage: string): boolean {
  return /^(prod|live|main)/.test(stage);
}

function text(value: unknown): string | undefined {
  if (typeof value === 'boolean' || typeof value === 'number') return String(value);
  return typeof value === 'string' && value !== '' ? value : undefined;
}
