import type { Engine } from '../../shared/engine/engine.ts';
import type { Fetcher } from '../../shared/fetch/types.ts';

/** The engine with `before` called ahead of every fetch; what it throws, the fetch throws. */
export function interceptFetch(engine: Engine, before: (url: string) => void | Promise<void>): Engine {
  return {
    ...engine,
    async contextOf(run) {
      const context = await engine.contextOf(run);
      const { fetcher } = context;
      const intercepted: Fetcher = {
        ...fetcher,
        async fetch(request, call) {
          await before(request.url);
          return fetcher.fetch(request, call);
        },
        async fetchInTurn(request, call) {
          await before(request.url);
          return fetcher.fetchInTurn(request, call);
        },
      };
      return { ...context, fetcher: intercepted };
    },
  };
}
