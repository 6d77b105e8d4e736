import { make, redraw } from './dom.js';
import { formatCount, formatDuration, formatInstant } from './words.js';

/** @typedef {import('../page-state.ts').SloView} SloView */
/** @typedef {import('../page-state.ts').VerdictView} VerdictView */
/** @typedef {import('../page-state.ts').VerdictsView} VerdictsView */

/**
 * The worst verdicts with the judge's reasons, and folded away what was asked and answered. All of it is untrusted
 * text and stays text.
 *
 * @param {HTMLElement} host
 * @param {SloView} slo
 * @param {VerdictsView} view
 */
export function drawVerdicts(host, slo, view) {
  redraw(host, view.verdicts.map(({ responseId }) => responseId).concat(String(view.judged)), () => {
    if (view.rubric === null)
      return [
        make(
          'p',
          { class: 'quiet' },
          'No verdict decides this objective: it is counted. Verdicts stand under the objectives of the judge.',
        ),
      ];
    if (view.judged === 0)
      return [
        make(
          'p',
          { class: 'quiet' },
          `Nothing was judged between ${formatInstant(view.from)} and ${formatInstant(view.to)}.`,
        ),
      ];
    return [
      make(
        'p',
        { class: 'quiet' },
        `${formatCount(view.failed)} of ${formatCount(view.judged)} judged responses failed under ${view.rubric} (pass mark ${view.passMark ?? '–'} of 5) ${slo.shown?.alarm === undefined ? '' : `in the ${formatDuration(slo.shown.window)} that the ${slo.shown.alarm} is about, `}between ${formatInstant(view.from)} and ${formatInstant(view.to)}. The lowest first, the newest of equals first.`,
      ),
      make('ol', { class: 'verdicts' }, view.verdicts.map(verdictItem)),
    ];
  });
}

/** @param {VerdictView} verdict */
function verdictItem(verdict) {
  const { responseId, texts } = verdict;
  const from = [
    verdict.release === null ? '' : `release ${verdict.release}`,
    verdict.cohort === null ? '' : `cohort ${verdict.cohort}`,
    verdict.model === null ? '' : verdict.model,
  ].filter((part) => part !== '');
  return make(
    'li',
    { class: verdict.pass ? 'verdict-item passed' : 'verdict-item failed' },
    make(
      'article',
      { 'aria-label': `Verdict on ${responseId}` },
      make(
        'h3',
        {},
        make('span', { class: 'score' }, `${verdict.score} of 5`),
        make('span', { class: 'outcome' }, verdict.pass ? 'passed' : 'failed'),
        make('code', {}, responseId),
      ),
      make('p', { class: 'quiet' }, [formatInstant(verdict.at), ...from].join(' · ')),
      ...questionOf(verdict),
      make(
        'dl',
        { class: 'criteria' },
        groupReasons(verdict).flatMap(({ said, reason }) => [
          make('dt', {}, said),
          make('dd', {}, reason ?? 'The reason is no longer kept.'),
        ]),
      ),
      texts === null
        ? make(
            'p',
            { class: 'quiet' },
            'What was asked and answered is no longer kept: texts have a shorter life than scores.',
          )
        : make(
            'details',
            { id: `texts-${responseId}` },
            make('summary', { id: `texts-${responseId}-summary` }, 'What was asked and answered'),
            texts.messages.flatMap(({ role, content }) => [
              make('h4', {}, role),
              make('p', { class: 'said' }, content),
            ]),
            make('h4', {}, 'the judged answer'),
            make('p', { class: 'said answer' }, texts.response),
          ),
    ),
  );
}

const shownLetters = 240;

/** What the user asked, where its text is kept. @param {VerdictView} verdict */
function questionOf({ texts }) {
  const asked = texts?.messages.findLast(({ role }) => role === 'user')?.content ?? '';
  if (asked === '') return [];
  const cut = asked.length > shownLetters ? `${asked.slice(0, shownLetters)}…` : asked;
  return [make('p', { class: 'question' }, make('b', {}, 'Asked: '), cut)];
}

/** Criteria with the same reason are told once. @param {VerdictView} verdict */
function groupReasons({ criteria }) {
  /** @type {Map<string | null, string[]>} */
  const groups = new Map();
  for (const { id, score, reason } of criteria)
    groups.set(reason, [...(groups.get(reason) ?? []), `${id.replaceAll('-', ' ')} ${score} of 5`]);
  return [...groups].map(([reason, said]) => ({ reason, said: said.join(', ') }));
}
