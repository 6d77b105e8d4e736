import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';

/** What every page of ours is held to in a browser. */

const axeSource = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** The looks that pages are tried in. */
export const looks = [
  { width: 1280, height: 800, colorScheme: 'light' },
  { width: 1280, height: 800, colorScheme: 'dark' },
  { width: 390, height: 844, colorScheme: 'light' },
  { width: 390, height: 844, colorScheme: 'dark' },
] as const;
export type Look = (typeof looks)[number];

interface AxeFinding {
  readonly id: string;
  readonly impact: string;
  readonly nodes: readonly { readonly target: readonly string[]; readonly failureSummary?: string }[];
}

/** No finding of axe that is serious or critical. @param leastPasses rules that must have been tried at least */
export async function expectAccessible(page: Page, leastPasses = 20): Promise<void> {
  await page.evaluate(axeSource);
  const { violations, passes } = await page.evaluate<{ violations: AxeFinding[]; passes: AxeFinding[] }>(
    'axe.run()',
  );
  expect(passes.length).toBeGreaterThan(leastPasses);
  const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
  expect(
    serious.map(
      ({ id, nodes }) =>
        `${id}: ${nodes.map(({ target, failureSummary }) => `${target.join(' ')} ${failureSummary ?? ''}`).join('; ')}`,
    ),
  ).toEqual([]);
}

export async function expectNoSidewaysScroll(page: Page): Promise<void> {
  const [content, window] = await page.evaluate<[number, number]>(
    '[document.documentElement.scrollWidth, innerWidth]',
  );
  expect(content).toBe(window);
}

/** Tables of which a part is out of sight. @param selector of the boxes that they stand in */
export async function cutTables(page: Page, selector = '.scroll'): Promise<string[]> {
  return page.evaluate<string[]>(
    `[...document.querySelectorAll(${JSON.stringify(selector)})]
      .filter((box) => box.offsetParent !== null && box.scrollWidth > box.clientWidth + 1)
      .map((box) => box.getAttribute('aria-label') + ': ' + box.scrollWidth + ' > ' + box.clientWidth)`,
  );
}

/** A browser without a display now and then fails to hand a picture over, on a machine with much to do. */
const mostTakes = 3;

/** Keeps a picture of a page, the whole of it where asked. @throws the browser's error where it cannot be taken */
export async function takePicture(page: Page, path: string, fullPage = false): Promise<void> {
  for (let take = 1; ; take += 1) {
    try {
      await page.screenshot({ path, fullPage });
      return;
    } catch (error) {
      if (take === mostTakes || !/Unable to capture screenshot/.test(String(error))) throw error;
    }
  }
}
