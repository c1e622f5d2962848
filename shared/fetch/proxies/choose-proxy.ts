import type { NamedProxy } from './proxy.ts';

export interface ProxyChoice {
  /** In which each of them is given in turn. */
  next(usable: readonly NamedProxy[]): NamedProxy | undefined;
  /** The one of the key, the same in every process; of those that are left where it cannot be used. */
  for(key: string, usable: readonly NamedProxy[]): NamedProxy | undefined;
}

/** `random`: from 0 to 1, so that processes begin at different proxies. */
export function makeProxyChoice(random: () => number = Math.random): ProxyChoice {
  let turn = Math.floor(random() * 2 ** 20);
  return {
    next: (usable) => {
      turn += 1;
      return usable[turn % Math.max(1, usable.length)];
    },
    for: highest,
  };
}

/** Rendezvous hashing (Thaler and Ravishankar 1998): where a proxy is left out, the keys of the others keep theirs. */
function highest(key: string, usable: readonly NamedProxy[]): NamedProxy | undefined {
  let [best, bestScore]: [NamedProxy | undefined, number] = [undefined, -1];
  for (const proxy of usable) {
    const score = scoreOf(`${key} ${proxy.name}`);
    if (score > bestScore) [best, bestScore] = [proxy, score];
  }
  return best;
}

/** FNV-1a, whose last bits are mixed as MurmurHash3 does: similar texts come to different ends. */
function scoreOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
