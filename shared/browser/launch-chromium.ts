import type { BrowserContext, BrowserContextOptions } from 'playwright-core';
import { DropError, HaltError, RetryError } from '../errors.ts';
import { type ChromiumFolder, openChromiumFolder } from './chromium-folder.ts';
import { openWall, type Wall } from './wall.ts';

/** A Chromium, and what it is started with. */
export interface ChromiumProgram {
  path: string;
  /** Whether it starts its own sandbox. */
  sandbox: boolean;
  /** Flags that it needs where it runs. @default none */
  flags?: readonly string[];
  /** All of its variables but those of its folder. @default none */
  env?: Readonly<Record<string, string>>;
}

/** A browser that runs, what it may write to, and what it may connect to. */
export interface Launched {
  /** The profile that it was started with. */
  context: BrowserContext;
  wall: Wall;
  folder: ChromiumFolder;
}

export const blinkSettings = [
  'primaryHoverType=2',
  'availableHoverTypes=2',
  'primaryPointerType=4',
  'availablePointerTypes=4',
  'lazyLoadEnabled=false',
];

/**
 * No service of its own, no cache between pages, no way out but the wall: names are not looked up, and nothing is sent by UDP.
 */
const ownFlags = [
  '--disable-quic',
  '--force-webrtc-ip-handling-policy=disable_non_proxied_udp',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
  // The last such flag counts, so it begins with Playwright's (a test compares them). Frames and pictures load though nobody scrolls to them.
  `--blink-settings=${blinkSettings.join(',')}`,
  '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1',
];

/**
 * Features that are switched off. The first are Playwright's, whose list ours replaces, since the last such flag counts (a test compares them);
 * the others are parts of a window that nobody sees: two pages of the address bar, which each window loads in a process of its own.
 */
export const featuresOff = [
  'AvoidUnnecessaryBeforeUnloadCheckSync',
  'DestroyProfileOnBrowserClose',
  'HttpsUpgrades',
  'HttpsFirstBalancedModeAutoEnable',
  'LensOverlay',
  'MediaRouter',
  'PaintHolding',
  'ThirdPartyStoragePartitioning',
  'AvoidCorsURLLoaderRestartOnRedirect',
  'TcpPortRandomizationWin',
  'OptimizationHints',
  'NetworkTimeServiceQuerying',
  'AimEnabled',
  'PreconnectToSearch',
  'msForceBrowserSignIn',
  'msEdgeUpdateLaunchServicesPreferredVersion',
  'WebUIOmniboxPopup',
  'WebUIOmniboxAimPopup',
  'PreloadTopChromeWebUI',
];

/** Starts a browser, which connects to nothing. Throws `HaltError` BROWSER_MISSING where it does not start. */
export async function launchChromium(
  { path, sandbox, flags = [], env = {} }: ChromiumProgram,
  options: BrowserContextOptions = {},
): Promise<Launched> {
  const { chromium } = await import('playwright-core');
  const wall = await openWall();
  const folder = await openChromiumFolder();
  try {
    // Playwright keeps the profile of any other browser in a folder that does not say whose it is.
    const context = await chromium.launchPersistentContext(folder.path, {
      ...options,
      executablePath: path,
      artifactsDir: folder.path,
      chromiumSandbox: sandbox,
      // No variable of this process, of which some are secrets.
      env: { ...env, ...folder.env },
      proxy: { server: wall.address, bypass: '<-loopback>' },
      args: [...ownFlags, `--disable-features=${featuresOff.join(',')}`, ...flags],
      handleSIGINT: false,
      handleSIGTERM: false,
      handleSIGHUP: false,
    });
    return { context, wall, folder };
  } catch (error) {
    await leave({ wall, folder });
    throw new HaltError('BROWSER_MISSING', `${path} did not start: ${firstLine(error)}`, { cause: error });
  }
}

/** What a browser that has ended leaves behind. */
export async function leave({ wall, folder }: Pick<Launched, 'wall' | 'folder'>): Promise<void> {
  wall.close();
  await folder.remove();
}

/** What is read in a browser; `RetryError` BROWSER_LOST where that fails for reasons of the browser's. */
export async function orLost<Found>(url: string, reading: Promise<Found>): Promise<Found> {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof RetryError || error instanceof DropError || error instanceof HaltError) throw error;
    const message = `${url}: the browser has not read it: ${firstLine(error)}`;
    throw new RetryError('BROWSER_LOST', message, { cause: error });
  }
}

function firstLine(error: unknown): string {
  return error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
}
