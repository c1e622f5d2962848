import { execFileSync } from 'node:child_process';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, isAbsolute, join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { bundling } from '../../infra/bundling.ts';
import { temporaryFolder } from '../../testing/temporary-folder.ts';

const args = Object.entries(bundling.esbuildArgs ?? {});
const undici = dirname(createRequire(import.meta.url).resolve('undici'));

describe('bundling', () => {
  it('has switches that are on, and files and folders that exist', () => {
    for (const [name, value] of args) {
      if (typeof value === 'string')
        expect([name, isAbsolute(value) && existsSync(value)]).toEqual([name, true]);
      else expect([name, value]).toEqual([name, true]);
    }
  });

  it('takes the parts of the SDK that are used, and makes the bundle small', () => {
    expect(bundling).toMatchObject({ bundleAwsSDK: true, mainFields: ['module', 'main'] });
    expect(args.map(([name]) => name)).toEqual(
      expect.arrayContaining(['--minify-whitespace', '--minify-syntax']),
    );
  });

  it('puts packages beside that can be loaded from there, without what they depend on', () => {
    const folder = temporaryFolder();
    onTestFinished(folder.remove);
    const commands = bundling.commandHooks?.afterBundling('', folder.path) ?? [];
    for (const command of commands) execFileSync('sh', ['-c', command]);
    // In a process of its own: here they are loaded already, from where they are installed.
    const load = (name: string, file: string) => {
      const path = JSON.stringify(join(folder.path, 'node_modules', name, file));
      const code = `console.log(Object.keys(require(${path})).join())`;
      return execFileSync(process.execPath, ['-e', code], { cwd: folder.path, encoding: 'utf8' });
    };
    expect(load('file-type', 'source/index.js')).toContain('fileTypeFromBuffer');
    expect(load('warcio', 'dist/index.cjs')).toContain('WARCSerializer');
    expect(load('eld', 'src/entries/static.extrasmall.js')).toContain('eld');
  });

  it('leaves out of undici what its files import by these very paths', () => {
    const sources = globSync('lib/**/*.js', { cwd: undici }).map((file) =>
      readFileSync(join(undici, file), 'utf8'),
    );
    const external = args.flatMap(([name]) => /^--external:(.+)$/.exec(name)?.[1] ?? []);
    expect(external.length).toBeGreaterThan(0);
    const unknown = external.filter((path) => !sources.some((text) => text.includes(`require('${path}')`)));
    expect(unknown).toEqual([]);
  });
});
