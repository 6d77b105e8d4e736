import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sloName } from '#core/slo/definition/slo.ts';
import { hour, minute } from '#core/time.ts';
import type { WhyView } from '#core/triage/why-view.ts';
import { type LocalPage, startLocalPage } from '#local/page/server.ts';
import { type BrowserStart, openPage, startBrowser } from '#test/support/browser.ts';
import {
  cutTables,
  expectAccessible,
  expectNoSidewaysScroll,
  type Look,
  looks,
  takePicture,
} from '../../support/page-checks.ts';
import { firingAtEnd, type PageWorld, startPageWorld } from '../../support/page-world.ts';
import { historyEnd, hostile } from '../../support/sample-history.ts';

/** Kept, so that people see what the tests saw. */
const pictures = join(process.cwd(), 'test-output', 'local-page');

const start: BrowserStart = await startBrowser();
if (!start.ok) console.warn(`The local page is not tested in a browser: ${start.reason}`);

/** Run in the page. */
const focusedId = "document.activeElement?.id ?? ''";

const began = historyEnd - 4 * hour - 25 * minute;
const sampleWhy: WhyView = {
  slo: 'chat/judge-pass',
  headline: 'Quality of chat (judge-pass) began to fall around 2026-11-20 10:05 UTC: 93.2% -> 71.8% good.',
  cause: 'Most likely us: it came with our release 2026.11.2.',
  beganAt: began,
  dimensions: [
    {
      dimension: 'release',
      finding: '2026.11.2 carries all of the excess failures.',
      slices: [
        {
          name: '2026.11.2',
          before: { good: 0, total: 0 },
          since: { good: 340, total: 520 },
          share: 1,
          standsOut: true,
        },
        {
          name: '2026.11.1',
          before: { good: 2_210, total: 2_371 },
          since: { good: 44, total: 47 },
          share: 0,
          standsOut: false,
        },
      ],
    },
  ],
  near: [{ at: began - 5 * minute, kind: 'release', text: 'release 2026.11.2 came' }],
  line: {
    window: 6 * hour,
    times: Array.from({ length: 48 }, (_, index) => historyEnd - (47 - index) * 30 * minute),
    values: Array.from({ length: 48 }, (_, index) => (index < 39 ? 0.93 : 0.93 - 0.025 * (index - 38))),
  },
};

describe.skipIf(!start.ok)('the local page in a browser', () => {
  let world: PageWorld;
  let local: LocalPage;

  beforeAll(async () => {
    await mkdir(pictures, { recursive: true });
    world = await startPageWorld();
    const { catalogue, stage, now } = world;
    local = await startLocalPage({
      catalogue,
      stage,
      judge: 'simulated',
      clock: now,
      progress: () => ({ sent: 171_200, total: 198_000 }),
      why: async (slo) => (sloName(slo) === sampleWhy.slo ? sampleWhy : null),
    });
  });

  afterAll(async () => {
    if (start.ok) await start.browser.close();
    await local?.close();
    await world?.close();
  });

  /** Opens the page and waits until its lines are drawn. */
  async function open(
    { width, height, colorScheme }: Look,
    address = '',
  ): Promise<{ page: Page; faults: readonly string[] }> {
    if (!start.ok) throw new Error(start.reason);
    const { page, faults } = await openPage(start.browser, {
      viewport: { width, height },
      colorScheme,
      reducedMotion: 'reduce',
    });
    await page.goto(local.url + address);
    await page.locator(address === '' ? '#chart-availability .u-over' : '#line-pressure .u-over').waitFor();
    if (address !== '') await page.locator('.verdict-item').first().waitFor();
    return { page, faults };
  }

  describe.each(looks)('at $width pixels, $colorScheme', (look) => {
    const name = `${look.width}-${look.colorScheme}`;

    it('says on the first screen how the four categories are', async () => {
      const { page, faults } = await open(look);
      await page.getByText(sampleWhy.cause).waitFor();
      await takePicture(page, join(pictures, `overview-${name}.png`));
      await takePicture(page, join(pictures, `overview-${name}-whole.png`), true);
      expect(await page.locator('h1').innerText()).toBe('Breaking: quality on Streaming chat.');
      const questions = await page.locator('#proof .questions').boundingBox();
      expect((questions?.y ?? Number.POSITIVE_INFINITY) + (questions?.height ?? 0)).toBeLessThan(look.height);
      const proof = await page.locator('#proof').innerText();
      expect(proof).toContain('Judged good answers on Streaming chat');
      expect(proof).toContain('It began around 10:05 UTC. The page fired at 14:30 UTC');
      expect(proof).toMatch(
        /How bad\?\n[\d.]+% good over 24 h as people would count \(between .*\); wanted 92%/,
      );
      expect(proof).toContain('One answer in five was bad in the last six hours; normal is one in eighteen.');
      expect(proof).not.toMatch(/\de-\d|Evidence M/);
      expect(proof).toContain(sampleWhy.cause);
      expect(proof).toMatch(/Who is on it\?\nchat-platform · Runbook/);
      expect(await page.locator('#proof a', { hasText: 'Runbook' }).getAttribute('href')).toBe(
        '/runbook#judge-pass',
      );
      expect(await cutTables(page)).toEqual([]);
      const panels = await page.locator('.panel').all();
      expect(panels).toHaveLength(4);
      const words: string[] = [];
      for (const panel of panels) {
        words.push(`${await panel.locator('h3').innerText()} ${await panel.locator('.chip').innerText()}`);
        if (look.width < 1000) continue;
        const chip = await panel.locator('.chip').boundingBox();
        expect((chip?.y ?? Number.POSITIVE_INFINITY) + (chip?.height ?? 0)).toBeLessThan(look.height);
      }
      expect(words).toEqual(['Latency Healthy', 'Quality Breaking', 'Cost Watch', 'Availability Healthy']);
      expect(await page.locator('#judge').innerText()).toContain('SIMULATED');
      expect(await page.locator('#rules').innerText()).toContain('a page or rollback alarm is firing');
      await expectNoSidewaysScroll(page);
      await expectAccessible(page);
      expect(faults).toEqual([]);
      await page.context().close();
    });

    it('shows an objective with its lines and worst verdicts', async () => {
      const { page, faults } = await open(look, '#/slo/chat/judge-pass');
      await takePicture(page, join(pictures, `objective-${name}.png`), true);
      expect(await page.locator('h1:visible').innerText()).toBe('Judged good answers');
      await page.locator('#slo-why td').first().waitFor();
      expect(await cutTables(page)).toEqual([]);
      expect(await page.locator('.verdict-item.failed').count()).toBe(
        await page.locator('.verdict-item').count(),
      );
      expect(await page.locator('.verdict-item .question').first().innerText()).toContain('Asked: ');
      await expectNoSidewaysScroll(page);
      await expectAccessible(page);
      expect(faults).toEqual([]);
      await page.context().close();
    });
  });

  it('tells in words what each line shows', async () => {
    const { page } = await open(looks[0]);
    for (const category of ['latency', 'quality', 'cost', 'availability']) {
      const words = await page.locator(`#chart-${category} figcaption`).textContent();
      expect(words).toMatch(
        /: [\d.]+% at 2026-11-20 14:\d\d UTC, from [\d.]+% at .*lowest .*Wanted: [\d.]+% or more\./,
      );
    }
    expect(await page.locator('.panel .plot[aria-hidden="true"]').count()).toBe(4);
    await page.context().close();
  });

  it('leads by keyboard alone from an alarm to a verdict and back', async () => {
    const { page, faults } = await open(looks[0]);
    const focused = () => page.evaluate<string>(focusedId);
    const tabTo = async (wanted: (id: string) => boolean, most: number) => {
      for (let presses = 0; presses < most; presses += 1) {
        await page.keyboard.press('Tab');
        if (wanted(await focused())) return;
      }
      throw new Error(`not reached in ${most} presses of Tab; focus is on "${await focused()}"`);
    };
    await tabTo((id) => id === 'go-assay-test-chat-quality-judge-pass-page', 20);
    await page.keyboard.press('Enter');
    await page.locator('.verdict-item').first().waitFor();
    expect(await focused()).toBe('slo-title');
    await tabTo((id) => id.startsWith('texts-') && id.endsWith('-summary'), 20);
    await page.keyboard.press('Enter');
    expect(await page.locator('.verdict-item details[open] .said').first().isVisible()).toBe(true);
    await page.goBack();
    await page.locator('#overview').waitFor();
    expect(await focused()).toBe('row-chat/judge-pass');
    expect(faults).toEqual([]);
    await page.context().close();
  });

  it('shows hostile text as the text it is', async () => {
    const { page, faults } = await open(looks[0], '#/slo/chat/judge-pass');
    const verdict = page.locator('.verdict-item').first();
    await verdict.locator('summary').click();
    expect(await verdict.locator('code').textContent()).toBe('resp-<b>hostile');
    expect(await verdict.locator('dd').first().textContent()).toBe(hostile.reason);
    expect(await verdict.locator('.answer').textContent()).toBe(hostile.answer);
    expect(await verdict.locator('.said').first().textContent()).toBe(hostile.question);
    expect(await page.evaluate(() => 'pwned' in globalThis)).toBe(false);
    expect(
      await page.locator('#forged, .verdict-item img, .verdict-item iframe, .verdict-item script').count(),
    ).toBe(0);
    expect(faults).toEqual([]);
    await page.context().close();
  });

  it('draws a longer line when asked', async () => {
    const { page } = await open(looks[0], '#/slo/chat/judge-pass');
    const caption = page.locator('#line-sli figcaption');
    expect(await caption.textContent()).toContain('from');
    await page.getByText('30 days', { exact: true }).click();
    await expect.poll(() => caption.textContent()).toContain('at 2026-10-21');
    await page.context().close();
  });

  it('shows one surface alone', async () => {
    const { page } = await open(looks[0]);
    await page.locator('#surface').selectOption('default');
    expect(await page.locator('#panel-quality .chip').innerText()).toBe('No data');
    expect(await page.locator('#panel-cost').innerText()).toContain('No objective is set');
    expect(await page.locator('#slos tbody tr').count()).toBe(1);
    await page.context().close();
  });

  it('learns of a new alarm by itself, says it aloud and keeps the reader’s place', async () => {
    const { page, faults } = await open(looks[0]);
    await page.locator('#quiet-alarms summary').click();
    await page.locator('#open-cost').focus();
    await world.tick(historyEnd + 10 * minute, { ...firingAtEnd, 'first-token': 'page' });
    await expect.poll(() => page.locator('#panel-latency .chip').innerText()).toBe('Breaking');
    expect(await page.locator('#announcer').textContent()).toBe(
      'New alarm: page first token in time on Streaming chat.',
    );
    expect(await page.locator('h1').innerText()).toBe('Breaking: latency and quality on Streaming chat.');
    expect(await page.locator('.alarms .alarm').count()).toBe(4);
    expect(await page.locator('#clock').innerText()).toBe('2026-11-20 14:40 UTC');
    expect(await page.evaluate<string>(focusedId)).toBe('open-cost');
    expect(await page.locator('#quiet-alarms').getAttribute('open')).toBe('');
    expect(faults).toEqual([]);
    await takePicture(page, join(pictures, 'new-alarm-1280-light.png'));
    await page.locator('#pause').click();
    await world.tick(historyEnd + 20 * minute, {});
    await page.waitForTimeout(2_200);
    expect(await page.locator('#panel-latency .chip').innerText()).toBe('Breaking');
    await page.context().close();
  });

  it('says so when the connection is lost, and keeps what it knew', async () => {
    const { page } = await open(looks[0]);
    await local.close();
    await page.locator('#trouble').waitFor();
    expect(await page.locator('#trouble').innerText()).toContain('The connection to Assay is lost');
    expect(await page.locator('.panel').count()).toBe(4);
    await page.context().close();
  });
});
