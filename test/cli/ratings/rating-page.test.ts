import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { embedJson, type PageItem, pageItem, ratingPage } from '#cli/ratings/rating-page.ts';
import { judgeFingerprint } from '#core/judging/judgement.ts';
import { frameOf } from '#core/rating/batch.ts';
import { drawBatch } from '#core/rating/draw.ts';
import { hour } from '#core/time.ts';
import { uploadRatingFile } from '#local/stack/upload-rating-file.ts';
import { openPage, startBrowser } from '#test/support/browser.ts';
import { binaryRubric, testCatalogue, testRubric } from '#test/support/catalogue.ts';
import { expectAccessible, expectNoSidewaysScroll, looks, takePicture } from '#test/support/page-checks.ts';
import { type RatedWorld, startRatedWorld } from '#test/support/rated-world.ts';

const started = await startBrowser();
const browser: Browser | undefined = started.ok ? started.browser : undefined;
const why = started.ok ? '' : ` (skipped: ${started.reason})`;

const rubric = testRubric();
const batchOf = (id: string) => ({ id, surface: 'chat' });
const hostile = [
  '<script>globalThis.ran = 1</script>',
  '</script><script>globalThis.ran = 1</script>',
  '<!--<script>',
  '<img src=x onerror="globalThis.ran = 1">',
  'x'.repeat(20_000),
  '\u202Egnp.exe\u2066 \u200F\u0627\u0644\u0639\u0631\u0628\u064A\u0629',
  '=HYPERLINK("http://example.com")\u2028{{data}} <!--data-->',
];

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay-page-'));
});

afterAll(async () => {
  await browser?.close();
  await rm(folder, { recursive: true, force: true });
});

function item(id: string, response: string): PageItem {
  return pageItem(id, {
    texts: {
      request: { messages: [{ role: 'user', content: `Ask ${response}` }] },
      response: { content: response },
      context: [`Passage ${response}`],
    },
    reasons: { helps: 'The judge gave this a 2, verdict-marker.' },
  });
}

async function open(
  items: readonly PageItem[],
  batch = 'chat-batch',
  options: object = {},
  judgedBy = rubric,
): Promise<{ page: Page; faults: readonly string[] }> {
  if (browser === undefined) throw new Error('there is no browser');
  const file = join(folder, `${batch}.html`);
  await writeFile(file, await ratingPage({ batch: batchOf(batch), rubric: judgedBy, items }));
  const { page, faults } = await openPage(browser, { acceptDownloads: true, ...options });
  await page.goto(pathToFileURL(file).href);
  return { page, faults };
}

/** Kept, so that people see what the tests saw. */
const pictures = join(process.cwd(), 'test-output', 'rating-page');

describe.skipIf(!started.ok)('the rating page as people see it', () => {
  const kinds = [
    ['five-scores', rubric],
    ['pass-or-fail', binaryRubric()],
  ] as const;
  it.each(kinds.flatMap((kind) => looks.map((look) => [...kind, look] as const)))(
    '%s, %o',
    async (kind, judgedBy, { width, height, colorScheme }) => {
      const { page, faults } = await open(
        [item('r1', 'first'), item('r2', 'second')],
        kind,
        {
          viewport: { width, height },
          colorScheme,
        },
        judgedBy,
      );
      await begin(page, 'Ann');
      await mkdir(pictures, { recursive: true });
      await takePicture(page, join(pictures, `${kind}-${width}-${colorScheme}.png`), true);
      await expectNoSidewaysScroll(page);
      await expectAccessible(page, 5);
      expect(faults).toEqual([]);
      await page.context().close();
    },
  );
});

async function begin(page: Page, rater: string): Promise<void> {
  await page.keyboard.type(rater);
  await page.keyboard.press('Enter');
}

async function download(page: Page): Promise<{ name: string; text: string }> {
  const [saved] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Download' }).click(),
  ]);
  const file = join(folder, `saved-${Math.random()}.csv`);
  await saved.saveAs(file);
  return { name: saved.suggestedFilename(), text: await readFile(file, 'utf8') };
}

describe('the rating page’s file', () => {
  it('lets nothing run but its own script, and asks nobody for anything', async () => {
    const html = await ratingPage({ batch: batchOf('b'), rubric, items: [item('r0', 'fine')] });
    const [policy = ''] = /Content-Security-Policy" content="([^"]*)"/.exec(html)?.slice(1) ?? [];
    expect(policy).toMatch(
      /^default-src 'none'; script-src 'sha256-[^ ]+'; style-src 'sha256-[^ ]+'; base-uri 'none'; form-action 'none'/,
    );
    expect(policy).not.toContain('unsafe');
    expect(html).not.toMatch(/(src|href)=/);
    expect(html.match(/<script/g)).toHaveLength(2);
  });

  it('does not hold what the judge said', async () => {
    expect(await ratingPage({ batch: batchOf('b'), rubric, items: [item('r0', 'fine')] })).not.toContain(
      'verdict-marker',
    );
  });

  it('holds text that ends no script, however it tries', async () => {
    const html = await ratingPage({
      batch: batchOf('b'),
      rubric,
      items: hostile.map((text, index) => item(`r${index}`, text)),
    });
    const data = /id="data">(.*?)<\/script>/s.exec(html)?.[1] ?? '';
    expect(data).not.toMatch(/[<>&\u2028\u2029]/);
    expect((JSON.parse(data) as { items: PageItem[] }).items.map(({ response }) => response)).toEqual(
      hostile,
    );
    expect(JSON.parse(embedJson({ a: '</script>&' }))).toEqual({ a: '</script>&' });
  });
});

describe.skipIf(browser === undefined)(`the rating page in a browser${why}`, () => {
  it('shows hostile text as text', async () => {
    const { page, faults } = await open(hostile.map((text, index) => item(`r${index}`, text)));
    await begin(page, 'ann');
    for (const text of hostile) {
      await expect.poll(() => page.locator('.turn.rated .text').textContent()).toBe(text);
      expect(await page.locator('.texts script, .texts img').count()).toBe(0);
      const { scroll, client } = (await page.evaluate(
        '({ scroll: document.documentElement.scrollWidth, client: document.documentElement.clientWidth })',
      )) as { scroll: number; client: number };
      expect(scroll).toBeLessThanOrEqual(client);
      await page.keyboard.press('3');
    }
    expect(await page.evaluate('globalThis.ran')).toBeUndefined();
    expect(faults).toEqual([]);
    await page.context().close();
  });

  it('goes back, skips, takes back, notes and finishes by keyboard', async () => {
    const { page } = await open(
      ['one', 'two', 'three'].map((text) => item(text, text)),
      'keys',
    );
    await begin(page, '=ann');
    const shown = () => page.locator('.turn.rated .text').textContent();
    await page.keyboard.press('4');
    expect(await shown()).toBe('two');
    await page.keyboard.press('k');
    expect(await shown()).toBe('one');
    expect(await page.locator('.score[aria-pressed="true"]').textContent()).toBe('4 passes');
    await page.keyboard.press('j');
    await page.keyboard.press('n');
    await page.keyboard.type('=1+1, she said "no" 5');
    await page.keyboard.press('Enter');
    await page.keyboard.press('2');
    expect(await shown()).toBe('three');
    await page.keyboard.press('s');
    expect(await page.locator('#summary').textContent()).toContain('2 of 3 responses are rated, 1 skipped');
    await page.keyboard.press('u');
    expect(await shown()).toBe('three');
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Enter');
    expect(await shown()).toBe('three');
    await page.keyboard.press('e');
    const { name, text } = await download(page);
    expect(name).toBe('keys--ann.csv');
    const lines = text.trim().split('\r\n');
    expect(lines).toHaveLength(3);
    expect(lines[1]).toMatch(/^one,'=ann,4,\d{4}-.*,,helpfulness@1,keys$/);
    expect(lines[2]).toMatch(/^two,'=ann,2,[^,]+,"'=1\+1, she said ""no"" 5",helpfulness@1,keys$/);
    await page.context().close();
  });

  it('rates pass and fail by their own keys, and says so of a key that is none', async () => {
    const binary = binaryRubric();
    const { page, faults } = await open(
      ['one', 'two', 'three', 'four'].map((text) => item(text, text)),
      'binary',
      {},
      binary,
    );
    expect(await page.locator('#about').textContent()).toMatch(
      /^Responses of chat, rated to see how well .*Batch binary\.$/,
    );
    await begin(page, 'ann');
    expect(await page.locator('.score').allTextContents()).toEqual(['Fail f', 'Pass p']);
    await page.keyboard.press('3');
    expect(await page.locator('#hint').textContent()).toBe('“3” does nothing here. f: fail, p: pass.');
    for (const key of ['f', 'p', '1', '2']) await page.keyboard.press(key);
    expect(await page.locator('#summary').textContent()).toBe('All 4 responses are rated.');
    const { name, text } = await download(page);
    expect(text.match(/ann,\d/g)).toEqual(['ann,1', 'ann,5', 'ann,1', 'ann,5']);
    expect(await page.locator('#saved').textContent()).toBe(
      `Saved as ${name} among your downloads. Now send this file to the person who sent you this page. That is all.`,
    );
    expect(faults).toEqual([]);
    await page.context().close();
  });

  it('lets another person rate at the same browser, and the first go on afterwards', async () => {
    const { page } = await open(
      ['one', 'two', 'three'].map((text) => item(text, text)),
      'shared',
    );
    const change = page.getByRole('button', { name: 'Not you?' });
    const count = () => page.locator('#count').textContent();
    await begin(page, 'ann');
    await page.keyboard.press('4');
    await page.keyboard.press('4');
    await change.click();
    await begin(page, 'ben');
    expect(await count()).toBe('0 of 3 rated');
    await page.keyboard.press('1');
    await page.reload();
    expect(await page.locator('#who').textContent()).toBe('Rater: ben');
    await change.click();
    await page.locator('#rater').fill('ann');
    await page.keyboard.press('Enter');
    expect(await count()).toBe('2 of 3 rated');
    await page.keyboard.press('e');
    const { text } = await download(page);
    expect(text.match(/(ann|ben),\d/g)).toEqual(['ann,4', 'ann,4']);
    await change.click();
    await begin(page, 'ben');
    await page.keyboard.press('e');
    expect(await page.locator('#saved').textContent()).toBe(
      'Press the button above, then send the file that it saves to the person who sent you this page.',
    );
    expect(await page.locator('#hand-in').textContent()).toBe('');
    await page.context().close();
  });

  it('shows the whole rubric without a box to scroll, on a screen and on a phone', async () => {
    const [criterion] = rubric.criteria;
    const three = testRubric({
      criteria: ['one', 'two', 'three'].map((id) => ({ ...criterion, id })),
      overall: 'mean',
    });
    for (const viewport of [
      { width: 1280, height: 800 },
      { width: 390, height: 844 },
    ]) {
      const { page } = await open([item('r0', 'Fine.')], `sight-${viewport.width}`, { viewport }, three);
      await begin(page, 'ann');
      const [content, box, who, last] = (await page.evaluate(
        `(() => { const box = document.getElementById('rubric'); box.open = true;
          const last = [...box.querySelectorAll('h3')].at(-1).getBoundingClientRect();
          const who = document.getElementById('who').getBoundingClientRect();
          return [box.scrollHeight, box.clientHeight, who.width, last.bottom]; })()`,
      )) as [number, number, number, number];
      expect(content).toBeLessThanOrEqual(box);
      expect(last).toBeLessThan(viewport.height);
      expect(who).toBeGreaterThan(20);
      await page.context().close();
    }
  });

  it('serves a quarter to each of several people, and shares the rest out', async () => {
    const ids = Array.from({ length: 10 }, (_, index) => `r${index}`);
    const seen: string[][] = [];
    for (const part of [1, 2, 3]) {
      const { page } = await open(
        ids.map((id) => item(id, id)),
        `part-${part}`,
      );
      await page.keyboard.type(`person ${part}`);
      await page.locator('#people').fill('3');
      await page.locator('#part').fill('4');
      await page.keyboard.press('Enter');
      expect(await page.locator('#part-fault').isVisible()).toBe(true);
      await page.locator('#part').fill(String(part));
      await page.keyboard.press('Enter');
      await page.keyboard.press('5');
      // It is remembered.
      await page.reload();
      const count = Number(/of (\d+) rated/.exec((await page.locator('#count').textContent()) ?? '')?.[1]);
      for (let index = 1; index < count; index += 1) await page.keyboard.press('5');
      expect(await page.locator('#summary').textContent()).toBe(`All ${count} responses are rated.`);
      const { text } = await download(page);
      const lines = text.trim().split('\r\n').slice(1);
      seen.push(lines.map((line) => line.split(',')[0] ?? ''));
      await page.context().close();
    }
    const everyones = ids.filter((id) => seen.every((own) => own.includes(id)));
    expect(everyones).toEqual(['r0', 'r1', 'r2']);
    const others = seen.flat().filter((id) => !everyones.includes(id));
    expect(others.sort()).toEqual(ids.slice(3));
    expect(Math.max(...seen.map(({ length }) => length))).toBeLessThanOrEqual(6);
  });

  it('says so where the browser keeps nothing', async () => {
    if (browser === undefined) return;
    const { page } = await openPage(browser);
    await page.addInitScript(
      "Object.defineProperty(window, 'localStorage', { get() { throw new Error('denied'); } })",
    );
    const file = join(folder, 'unkept.html');
    await writeFile(
      file,
      await ratingPage({ batch: batchOf('unkept'), rubric, items: [item('r0', 'fine')] }),
    );
    await page.goto(pathToFileURL(file).href);
    expect(await page.locator('#unkept').isVisible()).toBe(true);
    await begin(page, 'ann');
    await page.keyboard.press('5');
    expect(await page.locator('#count').textContent()).toBe('1 of 1 rated');
    await page.context().close();
  });

  it.each([
    ['light', {}],
    ['dark', { colorScheme: 'dark' }],
    ['on a phone', { viewport: { width: 390, height: 844 } }],
  ])('has no accessibility fault that axe finds, %s', async (name, options) => {
    // Axe is put into the page, which the page's policy would refuse.
    const { page } = await open(
      [item('r0', 'Fine.'), item('r1', 'Fine too.')],
      `axe-${name.replaceAll(' ', '-')}`,
      { bypassCSP: true, ...options },
    );
    const axe = await readFile(new URL('../../../node_modules/axe-core/axe.min.js', import.meta.url), 'utf8');
    const faults: unknown[] = [];
    const look = async () => {
      const { violations } = (await page.evaluate('axe.run()')) as {
        violations: { id: string; nodes: { html: string }[] }[];
      };
      faults.push(...violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`));
    };
    await page.evaluate(axe);
    await look();
    await begin(page, 'ann');
    await look();
    await page.keyboard.press('4');
    await page.keyboard.press('4');
    await look();
    expect(faults).toEqual([]);
    await page.context().close();
  });

  describe('with the stack behind it', () => {
    let world: RatedWorld;
    const start = Date.parse('2026-11-03T00:00:00Z');
    const verdicts = Array.from({ length: 60 }, (_, index) => ({
      responseId: `r${index}`,
      at: start + index * hour,
      surface: 'chat',
      score: (index % 5) + 1,
    }));

    beforeAll(async () => {
      world = await startRatedWorld(testCatalogue());
      await world.judge(verdicts);
    });

    afterAll(() => world.close());

    it('rates twenty by keyboard with a reload in the middle, and the upload changes the calibration', async () => {
      const candidates = verdicts.map((verdict) => ({ ...verdict, probability: 1 }));
      const batch = {
        id: 'twenty',
        surface: 'chat',
        rubric: { id: rubric.id, version: rubric.version },
        fingerprint: judgeFingerprint(rubric),
        returnedModel: undefined,
        from: start,
        to: start + 60 * hour,
        seed: 'twenty',
        drawnAt: Date.now(),
        frame: frameOf(candidates),
        ...drawBatch(candidates, { count: 20, passMark: rubric.passMark, seed: 'twenty' }),
      };
      await world.store.writeBatch(batch);
      const { page, faults } = await open(
        batch.responseIds.map((id) => item(id, `Answer ${id}.`)),
        'twenty',
      );
      await begin(page, 'ann');
      for (let index = 0; index < 11; index += 1) await page.keyboard.press(String(1 + (index % 5)));
      await page.reload();
      expect(await page.locator('#count').textContent()).toBe('11 of 20 rated');
      expect(await page.locator('.turn.rated .text').textContent()).toBe(`Answer ${batch.responseIds[11]}.`);
      for (let index = 11; index < 20; index += 1) await page.keyboard.press(String(1 + (index % 5)));
      expect(await page.locator('#summary').textContent()).toBe('All 20 responses are rated.');
      const { name, text } = await download(page);
      expect(await world.store.readCalibrations()).toEqual([]);
      const report = await uploadRatingFile({ name, text }, Date.now());
      expect(report).toMatchObject({ rows: 20, new: 20, refused: 0 });
      const [calibration] = await world.store.readCalibrations();
      expect(calibration).toMatchObject({ number: 1, state: 'missing', ratings: 20, batches: ['twenty'] });
      expect(calibration?.wants).toEqual([
        { kind: 'ratings', verdict: 'failed', more: 60 },
        { kind: 'ratings', verdict: 'passed', more: 120 },
      ]);
      expect(faults).toEqual([]);
      await page.context().close();
    });
  });
});
