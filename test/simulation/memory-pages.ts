import type { PageStore } from '../../shared/coordination/ports.ts';
import type { MemoryStore } from './memory-store.ts';

export function memoryPages({ pages }: MemoryStore): PageStore {
  return {
    readPages: async (job, keys) => keys.map((key) => structuredClone(pages.get(`${job} ${key}`))),
    async writePages(job, records) {
      for (const record of records) {
        const id = `${job} ${record.key}`;
        if ((pages.get(id)?.at ?? Number.NEGATIVE_INFINITY) < record.at)
          pages.set(id, structuredClone(record));
      }
    },
    async listPages(job, { after = '', limit }) {
      const ids = [...pages.keys()].filter((id) => id.startsWith(`${job} `) && id > `${job} ${after}`).sort();
      const listed = ids.slice(0, limit).flatMap((id) => pages.get(id) ?? []);
      const last = listed.at(-1)?.key;
      return {
        pages: listed.filter(({ gone }) => gone === undefined),
        ...(ids.length > limit && last !== undefined ? { next: last } : {}),
      };
    },
  };
}
