import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const root = join(import.meta.dirname, '..');

it('every function, constant and class that a file exports is used by another file', () => {
  const product = globSync('{shared,cli,functions,infra,library,testing}/**/*.ts', { cwd: root });
  const others = globSync('{test,bench,examples,docs,release,config}/**/*.{ts,md}', { cwd: root });
  const built = globSync('{*.ts,functions/*.{mjs,cjs}}', { cwd: root });
  const filesByWord = new Map<string, Set<string>>();
  for (const file of [...product, ...others, ...built]) {
    for (const [word] of readFileSync(join(root, file), 'utf8').matchAll(/[A-Za-z_$][\w$]*/g)) {
      filesByWord.set(word, (filesByWord.get(word) ?? new Set()).add(file));
    }
  }
  const declaration = /^export (?:async )?(?:function\*?|const|let|class) (\w+)/gm;
  const alone = product.flatMap((file) =>
    [...readFileSync(join(root, file), 'utf8').matchAll(declaration)]
      .filter(([, name = '']) => filesByWord.get(name)?.size === 1)
      // A function of Lambda is named in the template.
      .filter(([, name]) => name !== 'handler')
      .map(([, name]) => `${file}: ${name}`),
  );
  expect(filesByWord.size).toBeGreaterThan(10_000);
  expect(alone).toEqual([]);
});
