import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { temporaryFolder } from '../../testing/temporary-folder.ts';
import { readImporters, relatedTests } from './related-tests.ts';

const tree = {
  'shared/a/one.ts': '',
  'shared/a/two.ts': "export * from './one.ts';",
  'shared/b/three.ts': "import { x } from '../a/two.ts';",
  'shared/b/late.ts': "const load = () => import('../a/one.ts');",
  'shared/b/types.ts': "import type {\n  X,\n} from '../a/one.ts';",
  'cli/pool.ts': "const url = ownModuleUrl('shared/a/one');",
  'test/a/two.test.ts': "import '../../shared/a/two.ts';",
  'test/b/three.test.ts': "import { x } from '../../shared/b/three.ts';",
  'test/b/late.test.ts': "import { y } from '../../shared/b/late.ts';",
  'test/b/types.test.ts': "import { z } from '../../shared/b/types.ts';",
  'test/c/spawn.test.ts': "const main = join(import.meta.dirname, '../../shared/b/late.ts');",
  'test/cli/pool.test.ts': "import { p } from '../../cli/pool.ts';",
  'cli/command.js': "await import('./main.ts');",
  'cli/main.ts': "await import('./show/one-run.ts');",
  'cli/show/one-run.ts': '',
  'test/cli/all.test.ts': "const command = '../../cli/command.js';",
  'test/cli/run.test.ts': "const command = '../../cli/command.js';",
};

it('are those that come to run a file: of its own folder, then by imports, without those of its types alone', () => {
  const { path, remove } = temporaryFolder();
  onTestFinished(remove);
  for (const [file, text] of Object.entries(tree)) {
    mkdirSync(dirname(join(path, file)), { recursive: true });
    writeFileSync(join(path, file), text);
  }
  const importers = readImporters(path, Object.keys(tree));
  expect(relatedTests('shared/a/one.ts', importers)).toEqual([
    'test/a/two.test.ts',
    'test/b/late.test.ts',
    'test/c/spawn.test.ts',
    'test/cli/pool.test.ts',
    'test/b/three.test.ts',
  ]);
  expect(relatedTests('shared/b/three.ts', importers)).toEqual(['test/b/three.test.ts']);
  expect(relatedTests('cli/show/one-run.ts', importers)).toEqual([
    'test/cli/run.test.ts',
    'test/cli/all.test.ts',
  ]);
});
