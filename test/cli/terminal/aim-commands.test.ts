import { describe, expect, it } from 'vitest';
import { aimCommands } from '#cli/terminal/aim-commands.ts';

const aim = {
  flags: " --local 'a run'",
  paths: new Set(['status', 'redrive', 'ratings draw', 'ratings leave-out']),
};

describe('commands that a text tells', () => {
  it.each([
    ['"npx assay status" shows it.', `"npx assay status --local 'a run'" shows it.`],
    ['see npx assay status', `see npx assay status --local 'a run'`],
    ['"npx assay redrive rejected" puts', `"npx assay redrive --local 'a run' rejected" puts`],
    [
      'Call assay ratings\n    draw --surface x.',
      `Call assay ratings\n    draw --local 'a run' --surface x.`,
    ],
    ['npx assay ratings leave-out bob', `npx assay ratings leave-out --local 'a run' bob`],
  ])('go where this one goes: %j', (text, aimed) => {
    expect(aimCommands(text, aim)).toBe(aimed);
  });

  it.each([
    ['npx assay explain evidence'],
    ['npx assay status --json --local other'],
    ['npx assay status --stack assay-prod'],
    ['assay ratings that nobody gave'],
    ['npx assay'],
  ])('stay as they are where they go nowhere, or say it: %j', (text) => {
    expect(aimCommands(text, aim)).toBe(text);
  });

  it('stay as they are where this one speaks to the usual run', () => {
    expect(aimCommands('npx assay status', { ...aim, flags: '' })).toBe('npx assay status');
  });
});
