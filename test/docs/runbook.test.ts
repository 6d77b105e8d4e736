import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { alarmsOf } from '../support/read-template.ts';
import { shippedCatalogue, shippedPolicy } from '../support/shipped.ts';
import { templatesOf } from '../support/templates.ts';

const text = await readFile(new URL('../../docs/runbook.md', import.meta.url), 'utf8');
const sections = new Map(
  text
    .split(/^## /m)
    .slice(1)
    .map((section) => [section.slice(0, section.indexOf('\n')), section]),
);
const catalogue = await shippedCatalogue();
const linked = new Map(
  alarmsOf(await templatesOf(catalogue)).map(({ properties }) => [
    String(properties.AlarmName),
    /#(\S+)$/.exec(String(properties.AlarmDescription))?.[1] ?? '',
  ]),
);
const { slos } = await shippedPolicy();
const asked = [...new Set([...linked.values(), ...Object.keys(slos)])].sort();

describe('the runbook', () => {
  it.each([...linked])('has the section that %s links to', (_, section) => {
    expect([...sections.keys()]).toContain(section);
  });

  it.each(asked)('tells of %s what it means, the first look, likely causes and how to quiet it', (name) => {
    const section = sections.get(name) ?? '';
    if (section.includes('without an alarm')) return;
    for (const part of ['What it means.', 'First look.', 'Likely causes.', 'Quiet it honestly.'])
      expect(section).toContain(`**${part}**`);
  });

  it('has no section of an alarm that does not exist', () => {
    const others = ['Replacing a judge', 'Mute windows', 'Reading the logs', 'Restore from a point in time'];
    expect([...sections.keys()].filter((name) => !asked.includes(name) && !others.includes(name))).toEqual(
      [],
    );
  });
});
