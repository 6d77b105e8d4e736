import type { Piece } from './quoted-turns.ts';

/** More are not shown: the first of them, and twice as many of the last. */
const mostPieces = 300;
const firstPieces = 100;

/**
 * Pieces of which no more than a budget of characters is shown: short ones whole, long ones cut in their middle. Where a
 * text or a piece was left out a line with the nonce says so, which no text can imitate.
 */
export function cutPieces(
  pieces: readonly Piece[],
  budget: number,
  nonce: string,
): { readonly pieces: readonly Piece[]; readonly cut: boolean } {
  const leftOut = Math.max(0, pieces.length - mostPieces);
  const shown =
    leftOut === 0 ? pieces : [...pieces.slice(0, firstPieces), ...pieces.slice(firstPieces + leftOut)];
  const limits = shareCharacters(
    shown.map(({ text }) => text.length),
    budget,
  );
  let cut = leftOut > 0;
  const cutOnes = shown.map((piece, index) => {
    const limit = limits[index] ?? 0;
    if (piece.text.length <= limit) return piece;
    cut = true;
    return { ...piece, text: cutMiddle(piece.text, limit, nonce) };
  });
  if (leftOut > 0) cutOnes.splice(firstPieces, 0, { mark: `${leftOut} PIECES LEFT OUT HERE`, text: '' });
  return { pieces: cutOnes, cut };
}

/** Shares a budget of characters: short texts keep all of theirs, long ones share what is left. */
export function shareCharacters(lengths: readonly number[], budget: number): number[] {
  const shares = lengths.map(() => 0);
  let left = budget;
  const byLength = lengths.map((length, index) => ({ length, index })).sort((a, b) => a.length - b.length);
  for (const [position, { length, index }] of byLength.entries()) {
    const share = Math.min(length, Math.floor(left / (byLength.length - position)));
    shares[index] = share;
    left -= share;
  }
  return shares;
}

function cutMiddle(text: string, limit: number, nonce: string): string {
  const head = Math.ceil(limit * 0.6);
  const tail = limit - head;
  return `${text.slice(0, head)}\n[${nonce} ${text.length - limit} CHARACTERS CUT HERE]\n${tail === 0 ? '' : text.slice(-tail)}`;
}
