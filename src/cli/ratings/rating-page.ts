import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { StoredTexts } from '#adapters/dynamodb/judgement-texts.ts';
import type { RatingBatch } from '#core/rating/batch.ts';
import { type Criterion, isBinary, type Rubric, rubricName } from '#core/rubric/rubric.ts';

/** A response as people see it. Everything in it is untrusted. */
export interface PageItem {
  readonly id: string;
  readonly conversation: readonly { readonly role: string; readonly text: string }[];
  readonly context: readonly string[];
  readonly response: string;
}

export interface PageContent {
  readonly batch: Pick<RatingBatch, 'id' | 'surface' | 'confirms'>;
  readonly rubric: Rubric;
  /** Whom the file of ratings goes to, as people say it; whoever sent the page where it is not said. */
  readonly sendTo?: string | undefined;
  readonly items: readonly PageItem[];
}

/** The texts of a judgement as people see them: what is not text is named. */
export function pageItem(id: string, { texts }: StoredTexts): PageItem {
  const { context } = texts;
  return {
    id,
    conversation: (texts.request?.messages ?? []).map(({ role, content }) => ({
      role,
      text: textOf(content),
    })),
    context: context === undefined ? [] : typeof context === 'string' ? [context] : context.map(textOf),
    response: texts.response?.content ?? '',
  };
}

function textOf(content: unknown): string {
  if (typeof content === 'string') return content;
  if (content === null || content === undefined) return '';
  if (Array.isArray(content)) return content.map(textOf).join('\n');
  const { type, text } = content as Record<string, unknown>;
  if (typeof text === 'string') return text;
  return typeof type === 'string' ? `[${type} that is not text]` : JSON.stringify(content);
}

const folder = new URL('./rating-page/', import.meta.url);

/** In the order in which the later override the earlier. */
const styles = ['base.css', 'frame.css', 'texts.css', 'controls.css', 'panels.css', 'narrow.css'];

/** In the order in which the later need the earlier. */
const modules = ['batch.js', 'state.js', 'render.js', 'rate.js', 'download.js', 'main.js'];

/**
 * The rating page of a batch: one HTML file that needs no server and no network. Its policy lets nothing run but its one
 * script and nothing style it but its one style sheet, both known by their hashes; texts are data in it, never markup.
 */
export async function ratingPage({ batch, rubric, sendTo, items }: PageContent): Promise<string> {
  const read = (file: string) => readFile(new URL(file, folder), 'utf8');
  const readAll = (files: readonly string[]) => Promise.all(files.map(read));
  const [page, sheets, scripts] = await Promise.all([read('page.html'), readAll(styles), readAll(modules)]);
  const style = sheets.join('\n');
  const script = joinModules(scripts);
  const levels = scoreLevels(rubric);
  const data = {
    batch: batch.id,
    about: `Responses of ${batch.surface}, rated ${purposeOf(batch)}`,
    sendTo: sendTo ?? 'the person who sent you this page',
    rubric: {
      name: rubricName(rubric),
      title: rubric.title,
      description: rubric.description.trim(),
      howTo: howTo(rubric),
      criteria: rubric.criteria.map((criterion) => ({
        name: criterion.id.replaceAll('-', ' '),
        question: criterion.question.trim(),
        scale: scaleOf(criterion),
      })),
    },
    levels,
    items,
  };
  const parts: Readonly<Record<string, string>> = {
    policy: `<meta http-equiv="Content-Security-Policy" content="${policy(script, style)}">`,
    style: `<style>${style}</style>`,
    keys: keyList(levels),
    data: `<script type="application/json" id="data">${embedJson(data)}</script>`,
    script: `<script>${script}</script>`,
  };
  return page.replace(/<!--(\w+)-->/g, (_, name: string) => parts[name] ?? '');
}

/** One script of all modules: they share its scope, in which their imports and exports fall away. */
function joinModules(texts: readonly string[]): string {
  const bodies = texts.map((text) => text.replace(/^import [^;]*;\n/gm, '').replace(/^export /gm, ''));
  return `(() => {\n${bodies.join('\n')}})();\n`;
}

function policy(script: string, style: string): string {
  const hash = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
  return [
    "default-src 'none'",
    `script-src ${hash(script)}`,
    `style-src ${hash(style)}`,
    "base-uri 'none'",
    "form-action 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; ');
}

/** JSON that no text in it can end: neither a tag nor a comment begins inside. */
export function embedJson(value: unknown): string {
  return JSON.stringify(value)
    .replaceAll('<', '\\u003c')
    .replaceAll('>', '\\u003e')
    .replaceAll('&', '\\u0026')
    .replaceAll('\u2028', '\\u2028')
    .replaceAll('\u2029', '\\u2029');
}

interface ScoreLevel {
  readonly score: number;
  readonly name: string;
  readonly passes: boolean;
  /** The first is named on the button. */
  readonly keys: readonly string[];
}

/** Five scores; or pass and fail where the rubric knows nothing between. */
function scoreLevels(rubric: Rubric): ScoreLevel[] {
  if (isBinary(rubric))
    return [
      { score: 1, name: 'Fail', passes: false, keys: ['f', '1'] },
      { score: 5, name: 'Pass', passes: true, keys: ['p', '2'] },
    ];
  return [1, 2, 3, 4, 5].map((score) => ({
    score,
    name: String(score),
    passes: score >= rubric.passMark,
    keys: [String(score)],
  }));
}

function purposeOf({ confirms }: PageContent['batch']): string {
  return confirms === undefined
    ? 'to see how well the automatic judge does'
    : 'to find out whether a warning of the automatic judge is true';
}

function scaleOf(criterion: Criterion): [string, string][] {
  return Object.entries(criterion.scale).map(([level, text]) => [level, text.trim()]);
}

function howTo(rubric: Rubric): string {
  const between = isBinary(rubric) ? 'in doubt, fail it' : 'between two scores, take the lower one';
  const mark = isBinary(rubric) ? '' : ` A response passes from ${rubric.passMark} on.`;
  if (rubric.criteria.length === 1) return `Give the score whose description fits best; ${between}.${mark}`;
  return rubric.overall === 'minimum'
    ? `Look at each criterion. The overall score is that of the weakest; ${between}.${mark}`
    : `Look at each criterion. The overall score sums them up; ${between}.${mark}`;
}

function keyList(levels: readonly ScoreLevel[]): string {
  const asKeys = (keys: readonly string[]) => keys.map((key) => `<kbd>${key}</kbd>`).join(' ');
  const scores =
    levels.length === 2
      ? levels.map(({ name, keys }) => [asKeys(keys), `${name.toLowerCase()} it and go on`])
      : [[asKeys(levels.flatMap(({ keys }) => keys)), 'score it and go on']];
  const rows = [
    ...scores,
    ['<kbd>j</kbd> <kbd>→</kbd>, <kbd>k</kbd> <kbd>←</kbd>', 'next, back'],
    ['<kbd>Enter</kbd>', 'the next one without a rating'],
    ['<kbd>u</kbd>', 'undo'],
    ['<kbd>s</kbd>', 'skip'],
    ['<kbd>n</kbd>', 'write a note; Enter leaves it'],
    ['<kbd>e</kbd>', 'end and download'],
  ];
  return rows.map(([keys, what]) => `<dt>${keys}</dt><dd>${what}</dd>`).join('');
}
