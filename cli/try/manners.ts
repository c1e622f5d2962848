import type { ResourceManners } from '../../shared/engine/render/page-resources.ts';
import type { RunContext } from '../../shared/engine/run-context.ts';
import { askRobots } from './robots.ts';

/** How one page asks for what it loads: robots.txt is obeyed, and there are no turns. */
export function mannersOfTrial(run: RunContext): ResourceManners {
  return {
    async gateOf(url, session) {
      const { gate, failure } = await askRobots(run, url, { session });
      return failure === undefined ? gate : undefined;
    },
    heedPause: async () => undefined,
    turnOf: async () => ({ startBy: Number.POSITIVE_INFINITY }),
  };
}
