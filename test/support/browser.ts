import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import {
  type Browser,
  type BrowserContextOptions,
  chromium,
  type LaunchOptions,
  type Page,
} from 'playwright-core';

/** A browser for tests, or in words why there is none on this machine. */
export type BrowserStart =
  | { readonly ok: true; readonly browser: Browser; readonly from: string }
  | { readonly ok: false; readonly reason: string };

/**
 * Starts a headless browser: the one that the package `@sparticuz/chromium` carries where it runs (Linux), else an
 * installed Chrome. Close it when done.
 */
export async function startBrowser(): Promise<BrowserStart> {
  const faults: string[] = [];
  const ways: readonly (readonly [string, () => Promise<LaunchOptions>])[] = [
    ['@sparticuz/chromium', carriedBrowser],
    ['an installed Chrome', () => Promise.resolve({ channel: 'chrome' })],
  ];
  for (const [from, find] of ways) {
    try {
      return { ok: true, from, browser: await chromium.launch(await find()) };
    } catch (error) {
      faults.push(`${from}: ${error instanceof Error ? error.message.split('\n')[0] : String(error)}`);
    }
  }
  return {
    ok: false,
    reason: `no browser runs here (${faults.join('; ')}); install Google Chrome to run this test`,
  };
}

/** Bounds a hang: a busy machine draws slowly. */
const longestWaitMs = 300_000;

/** A page in a context of its own, with its faults as they come. */
export async function openPage(
  browser: Browser,
  options: BrowserContextOptions = {},
): Promise<{ readonly page: Page; readonly faults: readonly string[] }> {
  const context = await browser.newContext(options);
  context.setDefaultTimeout(longestWaitMs);
  const page = await context.newPage();
  return { page, faults: watchPage(page) };
}

/** Console messages that are no good news, uncaught errors and failed loads of a page, gathered from now on. */
function watchPage(page: Page): readonly string[] {
  const found: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning')
      found.push(`${message.type()}: ${message.text()}`);
  });
  page.on('pageerror', (error) => found.push(`uncaught: ${error.message}`));
  return found;
}

const carrier = dirname(dirname(createRequire(import.meta.url).resolve('@sparticuz/chromium')));
const { version } = JSON.parse(readFileSync(join(carrier, 'package.json'), 'utf8')) as { version: string };
const unpacked = join(tmpdir(), `assay-chromium-${version}-${process.getuid?.() ?? 'user'}`);

async function carriedBrowser(): Promise<LaunchOptions> {
  if (process.platform !== 'linux' || process.arch !== 'x64')
    throw new Error(`built for Linux on x64, and this is ${process.platform} on ${process.arch}`);
  if (!existsSync(unpacked)) await unpack();
  return {
    executablePath: join(unpacked, 'chromium'),
    // No sandbox, for tests run as root in containers; they open their own pages only.
    args: ['--no-sandbox', '--no-zygote', '--font-render-hinting=none', '--disable-dev-shm-usage'],
    env: {
      ...process.env,
      // Without a language the browser's own is none that Intl knows.
      LANG: 'en_US.UTF-8',
      LC_ALL: 'en_US.UTF-8',
      LD_LIBRARY_PATH: join(unpacked, 'al2023', 'lib'),
      FONTCONFIG_PATH: join(unpacked, 'fonts'),
      HOME: process.env.HOME ?? unpacked,
    },
  };
}

/** The package's own settings name Lambda's folders. */
const fontSettings = `<?xml version="1.0"?>
<fontconfig>
  <dir>${join(unpacked, 'fonts')}</dir>
  <dir>/usr/share/fonts</dir>
  <cachedir>${join(unpacked, 'fonts-cache')}</cachedir>
</fontconfig>
`;

/** Unpacks beside the place and moves there in one step, for test files start at once and must not share a half. */
async function unpack(): Promise<void> {
  const staging = await mkdtemp(`${unpacked}-`);
  const previous = process.env.TMPDIR;
  process.env.TMPDIR = staging;
  try {
    const { inflate } = await import('@sparticuz/chromium');
    for (const part of ['chromium.br', 'fonts.tar.br', 'swiftshader.tar.br', 'al2023.tar.br'])
      await inflate(join(carrier, 'bin', part));
    await writeFile(join(staging, 'fonts', 'fonts.conf'), fontSettings);
  } finally {
    if (previous === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = previous;
  }
  try {
    await rename(staging, unpacked);
  } catch (error) {
    await rm(staging, { recursive: true, force: true });
    if (!existsSync(unpacked)) throw error;
  }
}
