import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mostSteps } from '#core/redaction/custom-pattern.ts';

/** A pattern as a tree, to be written down and to be tried by a matcher that counts. */
type Node =
  | { readonly kind: 'character'; readonly of: string }
  | { readonly kind: 'sequence' | 'choice'; readonly of: readonly Node[] }
  | { readonly kind: 'repeat'; readonly of: Node; readonly least: number; readonly most: number }
  | { readonly kind: 'ahead'; readonly of: Node };

const { tree } = fc.letrec<{ tree: Node }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 3, depthSize: 'small' },
    fc.record({ kind: fc.constant('character' as const), of: fc.constantFrom('a', 'b', '.', '[ab]') }),
    fc.record({
      kind: fc.constantFrom('sequence' as const, 'choice' as const),
      of: fc.array(tie('tree'), { minLength: 1, maxLength: 3 }),
    }),
    fc
      .tuple(tie('tree'), fc.nat(3), fc.nat(3))
      .map(([of, least, more]): Node => ({ kind: 'repeat', of, least, most: least + more })),
    fc.record({ kind: fc.constant('ahead' as const), of: tie('tree') }),
  ),
}));

function write(node: Node): string {
  switch (node.kind) {
    case 'character':
      return node.of;
    case 'sequence':
      return `(?:${node.of.map(write).join('')})`;
    case 'choice':
      return `(?:${node.of.map(write).join('|')})`;
    case 'repeat':
      return `(?:${write(node.of)}){${node.least},${node.most}}`;
    case 'ahead':
      return `(?=${write(node.of)})`;
  }
}

const mostCounted = 200_000;

/** Characters compared while every way to match is tried, for nothing that follows is ever found. */
function countSteps(pattern: Node, text: string): number {
  let steps = 0;
  const run = (node: Node, at: number, then: (at: number) => boolean): boolean => {
    if (steps > mostCounted) return true;
    switch (node.kind) {
      case 'character': {
        steps += 1;
        const found = text[at];
        return (
          found !== undefined && (node.of.length > 1 || node.of === '.' || node.of === found) && then(at + 1)
        );
      }
      case 'sequence':
        return runAll(node.of, 0, at, then);
      case 'choice':
        return node.of.some((each) => run(each, at, then));
      case 'repeat':
        return runTimes(node, 0, at, then);
      case 'ahead':
        return run(node.of, at, () => true) && then(at);
    }
  };
  const runAll = (of: readonly Node[], index: number, at: number, then: (at: number) => boolean): boolean => {
    const next = of[index];
    return next === undefined ? then(at) : run(next, at, (end) => runAll(of, index + 1, end, then));
  };
  const runTimes = (
    node: Node & { kind: 'repeat' },
    times: number,
    at: number,
    then: (at: number) => boolean,
  ): boolean =>
    (times < node.most && run(node.of, at, (end) => runTimes(node, times + 1, end, then))) ||
    (times >= node.least && then(at));
  run(pattern, 0, () => false);
  return steps;
}

describe('the steps of a pattern', () => {
  it('are never more than is told, on whatever text', () => {
    fc.assert(
      fc.property(tree, fc.constantFrom('a', 'b', 'ab', 'aab'), (pattern, part) => {
        const steps = countSteps(pattern, part.repeat(100));
        if (steps <= mostCounted) expect(mostSteps(write(pattern))).toBeGreaterThanOrEqual(steps);
      }),
      { numRuns: 300 },
    );
  });

  it('are those that a hostile text brings about, where one can', () => {
    const a: Node = { kind: 'character', of: 'a' };
    const some: Node = { kind: 'repeat', of: a, least: 1, most: 8 };
    const pattern: Node = { kind: 'repeat', of: some, least: 3, most: 3 };
    expect(countSteps(pattern, 'a'.repeat(100))).toBe(584);
    expect(mostSteps(write(pattern))).toBe(584);
  });
});
