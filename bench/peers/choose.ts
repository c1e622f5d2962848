import type { Contestant } from './contestant.ts';
import type { PinnedOptions } from './run-pinned.ts';

/**
 * The contestants whose names or first words are in `only`, all without it; the first in any case, for the others are
 * compared with it.
 */
export function choose<T extends PinnedOptions>(
  contestants: Contestant<T>[],
  only: string[] | undefined,
): Contestant<T>[] {
  const isMeant = (word: string, name: string) => name === word || name.startsWith(`${word} `);
  const unknown = only?.find((word) => !contestants.some(({ name }) => isMeant(word, name)));
  if (unknown !== undefined)
    throw new Error(`no contestant ${unknown}: ${contestants.map(({ name }) => name).join(', ')}`);
  return contestants.filter(
    ({ name }, index) => index === 0 || only?.some((word) => isMeant(word, name)) !== false,
  );
}

export interface Obtained<T extends PinnedOptions> {
  present: (Contestant<T> & { version: string })[];
  skipped: { name: string; reason: string }[];
}

/** Those that can be had on this machine, installed, and why the others can't. */
export async function obtain<T extends PinnedOptions>(
  chosen: Contestant<T>[],
  signal: AbortSignal,
): Promise<Obtained<T>> {
  const obtained: Obtained<T> = { present: [], skipped: [] };
  for (const contestant of chosen) {
    try {
      obtained.present.push({ ...contestant, version: await contestant.obtain(signal) });
    } catch (error) {
      signal.throwIfAborted();
      const skipped = {
        name: contestant.name,
        reason: error instanceof Error ? error.message : String(error),
      };
      obtained.skipped.push(skipped);
      console.error(JSON.stringify({ skipped }));
    }
  }
  return obtained;
}
