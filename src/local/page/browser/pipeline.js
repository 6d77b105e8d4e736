import { make, redraw } from './dom.js';
import { formatCount, formatShare, formatUsd } from './words.js';

/** @typedef {import('../page-state.ts').PageState} PageState */

/** @param {HTMLElement} host @param {PageState} state */
export function drawFlow(host, { flow }) {
  redraw(host, flow, () => {
    const underWay = Math.max(0, flow.sampled - flow.judged - flow.unjudgeable - flow.shed - flow.dlq);
    return [
      make('h2', { id: 'flow-title' }, 'Where every record is'),
      make(
        'dl',
        { class: 'flow' },
        step(
          'Received',
          flow.received,
          `${formatCount(flow.responses)} responses, ${formatCount(flow.feedback)} feedback`,
        ),
        step('Rejected', flow.rejected, 'could not be read; each waits with its reason', flow.rejected > 0),
        step(
          'Sampled',
          flow.sampled,
          flow.responses === 0
            ? 'to be judged'
            : `${formatShare(flow.sampled / flow.responses)} of the responses`,
        ),
        step('Judged', flow.judged, 'have a verdict'),
        step(
          'Under way',
          underWay,
          flow.waiting.judge === null
            ? 'on the way to the judge'
            : `${formatCount(flow.waiting.judge)} wait in the judge queue`,
        ),
        step(
          'Unjudgeable',
          flow.unjudgeable,
          'refused, too long or answered unreadably',
          flow.unjudgeable > 0,
        ),
        step('Shed', flow.shed, 'left out by the spending cap', flow.shed > 0),
        step(
          'Dead letters',
          flow.dlq,
          flow.waiting.dlq === null
            ? 'tries are spent'
            : `${formatCount(flow.waiting.dlq)} messages in the queue`,
          flow.dlq > 0,
        ),
      ),
      flow.told.length > 0 && make('ul', { class: 'told' }, ...flow.told.map((line) => make('li', {}, line))),
      make(
        'p',
        { class: 'quiet' },
        `Of the last 30 days. ${flow.late > 0 ? `${formatCount(flow.late)} verdicts came over 72 hours after their hour and count in no objective. ` : ''}No error becomes a score: what could not be judged is counted apart.`,
      ),
    ];
  });
}

/** @param {string} name @param {number} count @param {string} words @param {boolean} [notable] */
function step(name, count, words, notable = false) {
  return make(
    'div',
    { class: notable ? 'step notable' : 'step' },
    make('dt', {}, name),
    make('dd', {}, make('b', {}, formatCount(count)), make('span', { class: 'quiet' }, words)),
  );
}

function freeFacts() {
  return [make('dt', {}, 'Calls'), make('dd', {}, make('b', {}, 'none'), ': recorded verdicts cost nothing')];
}

/** @param {PageState['spend']} spend @param {PageState['judge']} judge @param {PageState['judgeModels']} judgeModels */
function paidFacts(spend, judge, judgeModels) {
  return [
    make('dt', {}, judge === 'openai' ? 'Calls' : 'Calls, had they been real'),
    make(
      'dd',
      {},
      make('b', {}, formatUsd(spend.callsUsd)),
      ` for ${formatCount(spend.calls)} ${spend.calls === 1 ? 'call' : 'calls'} to ${judgeModels.join(', ')} in 30 days`,
    ),
    make('dt', {}, `Of the cap of ${formatUsd(spend.capUsd)} a day`),
    make(
      'dd',
      {},
      make('b', {}, formatUsd(spend.reservedUsd)),
      `${spend.day === null ? '' : ` on ${spend.day}`}${spend.shed > 0 ? `; ${formatCount(spend.shed)} judgements were shed` : ''}`,
    ),
  ];
}

/** @param {HTMLElement} host @param {PageState} state */
export function drawSpend(host, { spend, judge, judgeModels }) {
  redraw(host, [spend, judge], () => [
    make('h2', { id: 'spend-title' }, 'What the judge costs'),
    make(
      'dl',
      { class: 'facts' },
      ...(judge === 'recorded' ? freeFacts() : paidFacts(spend, judge, judgeModels)),
      spend.zoomedUsd > 0 && [
        make('dt', {}, 'Of that for zooming'),
        make('dd', {}, make('b', {}, formatUsd(spend.zoomedUsd)), ` of ${formatUsd(spend.zoomCapUsd)} a day`),
      ],
      spend.rescoredUsd > 0 && [
        make('dt', {}, 'Of that for rescoring'),
        make(
          'dd',
          {},
          make('b', {}, formatUsd(spend.rescoredUsd)),
          ' for stored responses under another version',
        ),
      ],
      spend.zooms.flatMap(({ surface, words }) => [
        make('dt', {}, `${surface} is zoomed`),
        make('dd', {}, words),
      ]),
      spend.retiring.flatMap(({ judge, words }) => [
        make('dt', {}, `${judge} retires`),
        make('dd', {}, words),
      ]),
      spend.blocked.flatMap(({ model, reason }) => [
        make('dt', {}, `${model} is blocked`),
        make('dd', {}, reason),
      ]),
    ),
  ]);
}
