import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { claimedForms } from '#core/redaction/claimed-forms.ts';
import { compileRedaction, redact, redactBuiltins } from '#core/redaction/redact.ts';
import { tokenForms } from '#core/redaction/token-forms.ts';
import { root } from '../../support/documents.ts';
import { innocents } from './innocent-set.ts';
import { makeSecrets } from './secret-set.ts';
import { writtenSecrets } from './written-secrets.ts';

const rules = compileRedaction(redactBuiltins);
const leaves = (text: string) => redact(text, rules).text;
const security = readFileSync(join(root, 'docs/security.md'), 'utf8');

const flat = security.replace(/\s+/g, ' ');

const secrets = [...writtenSecrets, ...['one', 'two'].flatMap(makeSecrets)];
const isFound = ({ text, gone }: { text: string; gone: string }) => !leaves(text).includes(gone);

describe('the share of secrets that redaction finds', () => {
  it.each(claimedForms)('is at least 97% of the made ones of each claimed form: %s', (form) => {
    const ofForm = secrets.filter((secret) => secret.form === form);
    const missed = ofForm.filter((secret) => !isFound(secret)).map(({ text }) => text);
    expect(ofForm.length).toBeGreaterThan(80);
    expect(missed.length, missed.join('\n')).toBeLessThanOrEqual(0.03 * ofForm.length);
  });

  it('leaves the look-alikes as they are', () => {
    expect(innocents.filter((text) => leaves(text) !== text)).toEqual([]);
  });

  it('is what the document says', () => {
    const found = secrets.filter(isFound).length;
    const [, share, all, touched, looked] =
      /finds (\d+)% of (\d+) secrets and touches (\d+) of (\d+) look-alikes/.exec(flat) ?? [];
    expect({ share, all, touched, looked }).toEqual({
      share: String(Math.floor((100 * found) / secrets.length)),
      all: String(secrets.length),
      touched: '0',
      looked: String(innocents.length),
    });
  });

  it('is claimed by the document for the forms that the code claims, and for every issuer of its table', () => {
    const [, forms = ''] = /Claimed are (.*)\./.exec(security) ?? [];
    expect([...forms.matchAll(/`([a-z]+)`/g)].map(([, form]) => form).toSorted()).toEqual(
      claimedForms.toSorted(),
    );
    const issuers = new Set(
      Object.keys(tokenForms).map((name) =>
        name.replace(/ (?:key id|session token|MWS|webhook|API|OAuth|messaging|client secret)$/, ''),
      ),
    );
    issuers.delete('sk-…');
    expect([...issuers].filter((name) => !flat.includes(name))).toEqual([]);
  });
});
