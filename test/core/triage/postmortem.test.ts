import { describe, expect, it } from 'vitest';
import { hour } from '#core/time.ts';
import { impactOf } from '#core/triage/impact.ts';
import { postmortemMarkdown } from '#core/triage/postmortem-markdown.ts';
import { findCarriersByDimension, type Triage, type WorstVerdict } from '#core/triage/triage.ts';

const start = Date.UTC(2026, 10, 3, 9);

const hostile =
  '</pre>\n```\n````\n<script>alert(1)</script>\n# Heading\n[link](javascript:alert(1)) ![x](https://evil.example/x.png) @everyone\u001b[31m\u202e';

function triageWith(verdict: Partial<WorstVerdict>, label = 'v42'): Triage {
  const before = { good: 950, total: 1_000 };
  const after = { good: 240, total: 300 };
  return {
    slo: 'chat/judge-pass',
    title: 'judged good answers',
    category: 'quality',
    surface: 'chat',
    objective: 0.92,
    events: 'judged responses',
    proxy: null,
    source: '.assay',
    at: start + 6 * hour,
    searched: { from: start - 72 * hour, to: start + 6 * hour },
    whole: { good: 1_190, total: 1_300 },
    fall: {
      at: start,
      until: null,
      range: { from: start, to: start },
      usual: before,
      fallen: after,
      evidence: 30,
      dispersion: 1,
      chance: 1e-12,
      sure: 'clear',
    },
    comparison: {
      before: { from: start - 72 * hour, to: start },
      after: { from: start, to: start + 6 * hour },
    },
    before,
    after,
    dimensions: findCarriersByDimension(
      [
        {
          dimension: 'release',
          slices: [
            { name: 'v41', before, after: { good: 143, total: 150 } },
            { name: label, before: { good: 0, total: 0 }, after: { good: 97, total: 150 } },
          ],
        },
      ],
      1,
    ),
    notCut: ['provider'],
    verdicts: {
      rubric: 'helpfulness@1',
      passMark: 4,
      hours: 78,
      hoursLeftOut: 0,
      judged: 1_300,
      failed: 60,
      criteria: [],
      worst: [
        {
          responseId: 'r1',
          at: start,
          score: 1,
          release: label,
          model: null,
          cohort: null,
          criteria: [{ id: 'helps', score: 1, reason: 'It evades.' }],
          question: 'Which plan has it?',
          excerpt: 'No.',
          ...verdict,
        },
      ],
      textsKept: 30 * 24 * hour,
    },
    near: [],
    timeline: [{ at: start, kind: 'release', text: `release ${label} first seen` }],
    caveats: [],
  };
}

const markdown = (triage: Triage) =>
  postmortemMarkdown({
    triage,
    owner: 'chat-team',
    incident: { from: start, to: start + 6 * hour },
    impact: impactOf({
      counted: triage.after,
      before: triage.before,
      responses: 6_000,
      objective: 0.92,
      windowTotal: 1_300,
    }),
    calibration: { state: 'missing', reason: 'no ratings yet', ratings: 0 },
    ratings: {
      before: { rated: 0, judgePassed: 0, passedOfPassed: 0, passedOfFailed: 0 },
      during: { rated: 20, judgePassed: 14, passedOfPassed: 13.5, passedOfFailed: 3 },
    },
    files: [],
  });

describe('a postmortem', () => {
  it('says when, how much, what carried it, and leaves room for people', () => {
    const text = markdown(triageWith({}));
    expect(text).toContain('release v42 carries all of the excess failures');
    expect(text).toContain('began to fall around 2026-11-03 09:00 UTC: 95.0% -> 80.0% good');
    expect(text).toContain('5% of 6,000 responses; the rest is estimated from them');
    expect(text).toContain('Bad responses: about 1,200 (95%:');
    expect(text).toContain("It spent 57.7% of a window's error budget.");
    expect(text).toMatch(
      /People rated 20 responses from the incident and passed 96\.4% \(95%: .*\) of the 14 that the judge passed, and 50% \(95%: .*\) of the 6 that the judge failed\. A draw takes more of the failed ones/,
    );
    expect(text).toMatch(/## Actions\n[\s\S]*## Lessons\n/);
  });

  it('keeps text of models and names inert', () => {
    const text = markdown(
      triageWith(
        { criteria: [{ id: 'helps', score: 1, reason: hostile }], excerpt: hostile, responseId: hostile },
        '<img src=x onerror=alert(1)>|`x`',
      ),
    );
    expect(text).not.toMatch(/<(?:script|img|\/pre)/);
    expect(text).not.toContain('\u001b');
    expect(text).not.toContain('\u202e');
    for (const line of outsideFences(text)) {
      expect(line).not.toMatch(/^#+ (?:Heading)/);
      expect(line).not.toMatch(/(?<!\\)\]\(/);
      expect(line).not.toContain('https://evil');
      expect(line).not.toContain('@everyone');
    }
    expect(outsideFences(text)).toContain('## Lessons');
  });

  it('says so where a text is gone', () => {
    expect(markdown(triageWith({ excerpt: null }))).toContain('Its text is gone: texts are kept for 30 d.');
  });
});

/** Lines that a reader of CommonMark would take for Markdown. */
function outsideFences(text: string): string[] {
  const outside: string[] = [];
  let fence: string | undefined;
  for (const line of text.split('\n')) {
    const marks = /^ {0,3}(`{3,})/.exec(line)?.[1];
    if (fence === undefined) {
      if (marks === undefined) outside.push(line);
      else fence = marks;
    } else if (marks !== undefined && marks.length >= fence.length && line.trim() === marks)
      fence = undefined;
  }
  expect(fence).toBeUndefined();
  return outside;
}
