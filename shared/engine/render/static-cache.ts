import type { ResourceRefusal } from '../../browser/types.ts';
import type { ResourceAnswer } from './resource-answer.ts';

/** Scripts and styles that pages of a run share, in the memory of this process. */
export interface StaticCache {
  /** What is kept under the key, or else what `ask` brings, which several wait for together. */
  get(
    key: string,
    ask: () => Promise<ResourceAnswer | ResourceRefusal>,
  ): Promise<ResourceAnswer | ResourceRefusal>;
}

/** Bodies kept, in bytes. */
const maxBytes = 64e6;

/** Keeps answers of 200, the newest within `maxBytes`. */
export function makeStaticCache(): StaticCache {
  const kept = new Map<string, ResourceAnswer>();
  const underWay = new Map<string, Promise<ResourceAnswer | ResourceRefusal>>();
  let bytes = 0;
  const keep = (key: string, answer: ResourceAnswer): void => {
    kept.set(key, answer);
    bytes += answer.body.byteLength;
    for (const [oldest, { body }] of kept) {
      if (bytes <= maxBytes) break;
      kept.delete(oldest);
      bytes -= body.byteLength;
    }
  };
  return {
    get(key, ask) {
      const known = kept.get(key) ?? underWay.get(key);
      if (known !== undefined) return Promise.resolve(known);
      const asking = ask()
        .then((answer) => {
          if (!('refused' in answer) && answer.status === 200) keep(key, answer);
          return answer;
        })
        .finally(() => underWay.delete(key));
      underWay.set(key, asking);
      return asking;
    },
  };
}
