import type { AnchorScoring, AnchorStore } from '#adapters/dynamodb/anchor-store.ts';
import type { JudgementStore } from '#adapters/dynamodb/judgement-store.ts';
import type { OutgoingMessage } from '#adapters/sqs/queue.ts';
import { type AnchorProgress, type AnchorRound, closeRound } from '#core/anchors/anchor-progress.ts';
import type { AnchorSet } from '#core/anchors/anchor-set.ts';
import { type JudgeTask, judgeFingerprint } from '#core/judging/judgement.ts';
import type { Rubric } from '#core/rubric/rubric.ts';

export interface ScoringDependencies {
  readonly judgements: Pick<JudgementStore, 'readManyTexts'>;
  readonly anchors: Pick<AnchorStore, 'readOutcomes'>;
  /** Puts judgements on the judge queue; per message, whether it was taken. */
  readonly forward: (messages: readonly OutgoingMessage[]) => Promise<boolean[]>;
}

/** Texts in memory at once. */
const sentAtOnce = 100;

/**
 * Has the anchors of a round scored again, through the judge queue as any response.
 *
 * @returns positions whose text has expired
 * @throws Error where not all were taken: done again it sends the same
 */
export async function sendRound(
  { judgements, forward }: ScoringDependencies,
  rubric: Rubric,
  set: AnchorSet,
  round: AnchorRound,
): Promise<Set<number>> {
  const gone = new Set<number>();
  for (let start = 0; start < round.positions.length; start += sentAtOnce) {
    const scorings = round.positions.slice(start, start + sentAtOnce).flatMap((position) => {
      const anchor = set.anchors[position];
      return anchor === undefined
        ? []
        : [{ position, anchor, scoring: composeScoring(rubric, anchor, round.repeat) }];
    });
    const stored = await judgements.readManyTexts(scorings.map(({ scoring }) => ({ ...scoring, repeat: 0 })));
    const messages: OutgoingMessage[] = [];
    for (const [index, { position, anchor, scoring }] of scorings.entries()) {
      const texts = stored[index]?.texts;
      if (texts === undefined) {
        gone.add(position);
        continue;
      }
      const task: JudgeTask = { ...scoring, probability: anchor.probability, redrive: 0, texts };
      messages.push({ body: JSON.stringify(task) });
    }
    const taken = await forward(messages);
    if (taken.includes(false)) throw new Error('the judge queue did not take every anchor');
  }
  return gone;
}

/** The progress with the verdicts of its open round that have come; as it was where none is open. */
export async function readRound(
  { anchors }: Pick<ScoringDependencies, 'anchors'>,
  rubric: Rubric,
  set: AnchorSet,
  progress: AnchorProgress,
  now: number,
): Promise<AnchorProgress> {
  const { open } = progress;
  if (open === undefined) return progress;
  const scorings = open.positions.flatMap((position) => {
    const anchor = set.anchors[position];
    return anchor === undefined ? [] : [composeScoring(rubric, anchor, open.repeat)];
  });
  const outcomes = await anchors.readOutcomes(scorings);
  return closeRound(
    set,
    progress,
    new Map(open.positions.map((at, index) => [at, outcomes[index] ?? 'pending'])),
    now,
  );
}

function composeScoring(rubric: Rubric, anchor: AnchorSet['anchors'][number], repeat: number): AnchorScoring {
  return {
    responseId: anchor.responseId,
    at: new Date(anchor.at).toISOString(),
    surface: anchor.surface,
    rubric: { id: rubric.id, version: rubric.version },
    fingerprint: judgeFingerprint(rubric),
    repeat,
  };
}
