import { describe, expect, test } from 'vitest';
import { documentHtml, localRunbook, readDocumentPages } from '#local/page/document-pages.ts';

describe('the runbook of the checkout', () => {
  test('is where its own link leads, and no other', () => {
    expect(localRunbook('https://github.com/assay-judge/assay/blob/main/docs/runbook.md#judge-pass')).toBe(
      '/runbook#judge-pass',
    );
    expect(localRunbook('https://wiki.example.com/on-call#judge')).toBe(
      'https://wiki.example.com/on-call#judge',
    );
  });

  test('has the sections that alarms link to, and is absent where there is no file', async () => {
    const pages = await readDocumentPages(process.cwd());
    const page = pages.get('/runbook');
    expect(pages.get('/glossary')).toContain('<title>Glossary · Assay</title>');
    expect(page).toContain('<h2 id="judge-pass">judge-pass</h2>');
    expect(page).toContain('<strong>What it means.</strong>');
    expect((await readDocumentPages('/nowhere')).size).toBe(0);
  });

  test('is text: no markup of it, no address but of the web', () => {
    const page = documentHtml(
      '# A <script>\n\n- [go](javascript:alert(1))\n- `a<b`\n\n```sh\n<i>\n\n# no heading\n```\n\n[web](https://a.example)',
    );
    expect(page).toContain('<h1 id="a-script">A &lt;script&gt;</h1>');
    expect(page).not.toContain('href="javascript');
    expect(page).toContain('<code>a&lt;b</code>');
    expect(page).toContain('<pre>&lt;i&gt;\n\n# no heading</pre>');
    expect(page).toContain('<a href="https://a.example" rel="noreferrer">web</a>');
  });
});
