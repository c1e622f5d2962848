import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { findPackedChromium } from '../../infra/browser-files.ts';
import { temporaryFolder } from '../../testing/temporary-folder.ts';

describe('findPackedChromium', () => {
  it('finds the one that the project has installed', () => {
    const { path, remove } = temporaryFolder();
    onTestFinished(remove);
    const folder = join(path, 'node_modules/@sparticuz/chromium');
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'package.json'), '{"name":"@sparticuz/chromium"}');
    writeFileSync(join(folder, 'index.js'), '');
    expect(findPackedChromium(path)).toBe(folder);
  });

  it('says what to install where the project has none', () => {
    const { path, remove } = temporaryFolder();
    onTestFinished(remove);
    expect(() => findPackedChromium(path)).toThrow(
      expect.objectContaining({
        code: 'BROWSER_NOT_PACKED',
        remedy: expect.stringContaining('npm install --save-dev @sparticuz/chromium@'),
      }),
    );
  });
});
