import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { composeReport } from '#core/report/compose-report.ts';
import { reportHtml } from '#core/report/report-html.ts';
import { day } from '#core/time.ts';
import { openPage, startBrowser } from '#test/support/browser.ts';
import { firing, makeReading, makeStanding } from '../../support/make-reading.ts';
import {
  cutTables,
  expectAccessible,
  expectNoSidewaysScroll,
  looks,
  takePicture,
} from '../../support/page-checks.ts';

/** Kept, so that people see what the tests saw. */
const pictures = join(process.cwd(), 'test-output', 'report');

const start = await startBrowser();
if (!start.ok) console.warn(`The report is not tested in a browser: ${start.reason}`);

const at = Date.UTC(2026, 1, 4);
const reason =
  'One answer in three was bad in the last six hours; normal is one in eighteen.\n212 of 640 judged responses were bad (33.1%) over 6 h. At the objective of 92% so many have a chance of 1.9e-19; 1e-5 is asked.';

describe.skipIf(!start.ok)('the report in a browser', () => {
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'assay-report-'));
    await mkdir(pictures, { recursive: true });
    const report = composeReport({
      stage: 'prod',
      source: 'assay-prod',
      at,
      standings: [
        makeStanding({ firing: firing('page'), reason }),
        makeStanding({}, { id: 'first-token', category: 'latency', title: 'first token in time' }),
      ],
      months: new Map([
        ['chat/accepted', { reading: makeReading({ budgetLeft: -0.31 }), since: at - 40 * day }],
        ['chat/first-token', { reading: makeReading(), since: at - 40 * day }],
      ]),
      alarms: [{ name: 'chat/accepted', severity: 'page', since: at - day, reason }],
      incidents: [],
      notes: [],
    });
    await writeFile(join(folder, 'report.html'), reportHtml(report));
  });

  afterAll(async () => {
    if (start.ok) await start.browser.close();
    await rm(folder, { recursive: true, force: true });
  });

  it.each(looks)('is whole at $width pixels, $colorScheme', async ({ width, height, colorScheme }) => {
    if (!start.ok) return;
    const { page, faults } = await openPage(start.browser, { viewport: { width, height }, colorScheme });
    await page.goto(pathToFileURL(join(folder, 'report.html')).href);
    await takePicture(page, join(pictures, `report-${width}-${colorScheme}.png`), true);
    expect(await page.locator('article.breaking').innerText()).toContain('Breaking');
    const alarm = await page.locator('section li').innerText();
    expect(alarm.split('\n').slice(1)).toEqual(reason.split('\n'));
    await expectNoSidewaysScroll(page);
    expect(await cutTables(page, '.wide')).toEqual([]);
    await expectAccessible(page, 5);
    expect(faults).toEqual([]);
    await page.context().close();
  });
});
