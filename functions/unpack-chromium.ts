import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ChromiumProgram } from '../shared/browser/launch-chromium.ts';

/** No WebGL: its part of Chromium is not unpacked. Fonts are those of the package. */
const flags = ['--disable-webgl', '--font-render-hinting=none'];

/**
 * The Chromium beside this function, unpacked into the folder for temporary files by the first page of a process. Lambda lets no program
 * make namespaces, so it has no sandbox of its own: the function itself is one, and its role reads no secret.
 */
export async function unpackChromium(): Promise<ChromiumProgram> {
  const { default: chromium } = await import('@sparticuz/chromium');
  chromium.setGraphicsMode = false;
  const path = await chromium.executablePath();
  const env = { FONTCONFIG_PATH: join(tmpdir(), 'fonts'), LD_LIBRARY_PATH: join(tmpdir(), 'al2023', 'lib') };
  return { path, sandbox: false, flags, env };
}
