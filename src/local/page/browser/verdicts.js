import { make, redraw } from './dom.js';
import { formatCount, formatInstant } from './words.js';

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
        make('p', { class: 'quiet' }, 'No rubric judges this surface, so there are no verdicts to read.'),
      ];
    if (view.judged === 0)
      return [
        make(
          'p',
          { class: 'quiet' },
          `Nothing was judged between ${formatInstant(view.from)} and ${formatInstant(view.to)}.`,
        ),
      ];
    const about = slo.calibrationNeeded
      ? ''
      : ' This objective does not rest on them; they may still tell what users met.';
    return [
      make(
        'p',
        { class: 'quiet' },
        `${formatCount(view.failed)} of ${formatCount(view.judged)} judged responses failed under ${view.rubric} (pass mark ${view.passMark ?? '–'} of 5) between ${formatInstant(view.from)} and ${formatInstant(view.to)}. The lowest first, the newest of equals first.${about}`,
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
      make(
        'dl',
        { class: 'criteria' },
        verdict.criteria.flatMap(({ id, score, reason }) => [
          make('dt', {}, make('b', {}, `${score} of 5`), ` ${id.replaceAll('-', ' ')}`),
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
