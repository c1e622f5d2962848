import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

interface Locked {
  resolved?: string;
  optionalDependencies?: Record<string, string>;
}

const text = readFileSync(join(import.meta.dirname, '../package-lock.json'), 'utf8');
const { packages } = JSON.parse(text) as { packages: Record<string, Locked> };

describe('the lock file', () => {
  // npm leaves out what other platforms need when it writes a lock beside a `node_modules` that has only
  // what this one needs, and `npm ci` then refuses the lock on every platform.
  it('has an entry for each optional dependency, of other platforms too', () => {
    const locked = new Set(Object.keys(packages).map((path) => path.replace(/^.*node_modules\//, '')));
    const named = Object.values(packages).flatMap((entry) => Object.keys(entry.optionalDependencies ?? {}));
    expect(named.length).toBeGreaterThan(0);
    expect(named.filter((name) => !locked.has(name))).toEqual([]);
  });

  it('names no download address: each machine uses its own registry', () => {
    expect(Object.keys(packages).filter((path) => packages[path]?.resolved !== undefined)).toEqual([]);
  });
});
