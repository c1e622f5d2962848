import { randomUUID } from 'node:crypto';
import { mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { installOnce, projectRoot } from './cached-install.ts';

const cache = join(projectRoot, 'node_modules/.cache/spinneret');
const made: string[] = [];

/** A name that nothing else in the cache has. */
function newName(): string {
  const name = `test-${randomUUID()}`;
  made.push(name);
  return name;
}

afterEach(async () => {
  for (const name of made.splice(0)) await rm(join(cache, name), { recursive: true, force: true });
});

async function fill(folder: string): Promise<void> {
  await mkdir(folder);
  await writeFile(join(folder, 'whole'), '');
}

describe('installOnce', () => {
  it('builds once for all who ask at the same time', async () => {
    const name = newName();
    let builds = 0;
    const build = (folder: string) => {
      builds += 1;
      return fill(folder);
    };
    const folders = await Promise.all([1, 2, 3].map(() => installOnce(name, build)));
    expect(folders).toEqual(Array(3).fill(join(cache, name)));
    expect(builds).toBe(1);
  });

  it('builds in place of a process that was killed while it built', async () => {
    const name = newName();
    await mkdir(cache, { recursive: true });
    // No process has an id beyond the largest that Linux gives (proc(5), pid_max).
    await symlink('4194305', join(cache, `${name}.builder`));
    expect(await installOnce(name, fill)).toBe(join(cache, name));
  });

  it('lets the next build where one failed', async () => {
    const name = newName();
    await expect(installOnce(name, () => Promise.reject(new Error('no network')))).rejects.toThrow(
      'no network',
    );
    expect(await installOnce(name, fill)).toBe(join(cache, name));
  });
});
