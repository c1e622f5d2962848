import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { bundleHandler } from '../../shared/deployment/bundle-handler.ts';
import { temporaryFolder } from '../../testing/temporary-folder.ts';

const loader = pathToFileURL(join(import.meta.dirname, '../../shared/extract/handlers/load-handler.ts')).href;
const { path: folder, remove } = temporaryFolder();
afterAll(remove);

const package_ = "exports.shout = (text) => require('node:util').format('%s!', text);\n";

describe('bundleHandler', () => {
  it.each([
    [
      'TypeScript',
      'a.ts',
      "import { shout } from 'shouting';\nexport default () => ({ items: [shout('a' as string)] });",
    ],
    [
      'a module',
      'b.mjs',
      "import { shout } from 'shouting';\nexport default () => ({ items: [shout('a')] });",
    ],
    [
      'CommonJS',
      'c.cjs',
      "const { shout } = require('shouting');\nmodule.exports = () => ({ items: [shout('a')] });",
    ],
    [
      'a class',
      'd.ts',
      "import { shout } from 'shouting';\nexport default class { extract() { return { items: [shout('a')] }; } }",
    ],
  ])('makes one file of %s that runs elsewhere under its name', async (_what, name, text) => {
    const home = join(folder, 'home');
    mkdirSync(join(home, 'node_modules/shouting'), { recursive: true });
    writeFileSync(join(home, 'node_modules/shouting/index.js'), package_);
    writeFileSync(join(home, name), text);
    const bundle = await bundleHandler(join(home, name));
    const elsewhere = join(folder, 'elsewhere');
    mkdirSync(elsewhere, { recursive: true });
    writeFileSync(join(elsewhere, name), bundle);
    // By Node itself: the test runner imports in a way of its own.
    const program = `
      import { importHandler } from ${JSON.stringify(loader)};
      console.log(JSON.stringify(await (await importHandler(${JSON.stringify(join(elsewhere, name))}, "it"))({})));
    `;
    const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', program], {
      cwd: elsewhere,
      encoding: 'utf8',
    });
    expect({ stdout, stderr }).toEqual({ stdout: '{"items":["a!"]}\n', stderr: '' });
  });

  it('names the first mistake and its place', async () => {
    const file = join(folder, 'broken.ts');
    writeFileSync(file, "import { x } from './none.ts';\nexport default () => x;\n");
    await expect(bundleHandler(file)).rejects.toMatchObject({
      code: 'HANDLER_INVALID',
      message: expect.stringMatching(/broken\.ts cannot be bundled: .*none\.ts.*:1\)$/),
    });
  });
});
