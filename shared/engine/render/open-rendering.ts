import type { Renderer } from '../../browser/types.ts';
import { HaltError } from '../../errors.ts';
import type { Job } from '../../job/schema.ts';
import { makeStaticCache, type StaticCache } from './static-cache.ts';

/** A run whose job reads pages in a browser. */
export interface RunRendering {
  renderer: Renderer;
  cache: StaticCache;
}

/** Few jobs need a browser: what opens one is handed in by whoever runs here, and functions on AWS have none. */
export function openRendering(
  { pages }: Pick<Job, 'pages'>,
  makeRenderer: (() => Promise<Renderer>) | undefined,
): Promise<RunRendering> | undefined {
  const labels = Object.entries(pages).filter(([, { render }]) => render !== undefined);
  const [first] = labels;
  if (first === undefined) return undefined;
  if (makeRenderer === undefined) {
    throw new HaltError(
      'RENDER_UNAVAILABLE',
      `pages.${first[0]}.render: there is no browser where this runs`,
    );
  }
  return makeRenderer().then((renderer) => ({ renderer, cache: makeStaticCache() }));
}
