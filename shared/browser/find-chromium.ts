import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { HaltError } from '../errors.ts';

/** Names of the program in the folders of PATH, the most open one first. */
const names = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome', 'chrome'];

/** Where installers put it that change no PATH. */
const elsewhere: Partial<Record<NodeJS.Platform, string[]>> = {
  darwin: [
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  ],
  win32: ['PROGRAMFILES', 'PROGRAMFILES(X86)', 'LOCALAPPDATA'].flatMap((name) => {
    const folder = process.env[name];
    return folder === undefined ? [] : [join(folder, 'Google/Chrome/Application/chrome.exe')];
  }),
};

/**
 * The Chromium or Chrome of this machine: the one that the settings name (`browser.path`), else the first that is found. Throws
 * `HaltError` BROWSER_MISSING.
 */
export function findChromium(path: string | undefined): string {
  if (path !== undefined) {
    if (isProgram(path)) return path;
    throw new HaltError('BROWSER_MISSING', `${path}, which browser.path names, is no program`);
  }
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  const candidates = [
    ...names.flatMap((name) => folders.map((folder) => join(folder, name))),
    ...(elsewhere[process.platform] ?? []),
  ];
  const found = candidates.find(isProgram);
  if (found !== undefined) return found;
  throw new HaltError('BROWSER_MISSING', `no Chromium or Chrome was found; looked for ${names.join(', ')}`);
}

/** Throws `HaltError` BROWSER_UNSAFE where Chromium's sandbox is wanted, and it could only start without. */
export function checkSandbox(sandbox: boolean): void {
  if (!sandbox || process.getuid?.() !== 0) return;
  const message = 'Chromium has no sandbox for root, and pages run programs of strangers in it';
  throw new HaltError('BROWSER_UNSAFE', message);
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
