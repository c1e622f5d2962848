import type { Renderer } from '../../browser/types.ts';
import { HaltError } from '../../errors.ts';
import type { Normalise } from '../../fetch/url.ts';
import { browserKeysOf } from '../../job/render-schema.ts';
import type { Job } from '../../job/schema.ts';
import { compilePatterns } from '../../patterns/url-patterns.ts';
import type { JobEnvironment } from '../job-environment.ts';
import { makeStaticCache, type StaticCache } from './static-cache.ts';

/** A run whose job reads pages in a browser. */
export interface RunRendering {
  renderer: Renderer;
  cache: StaticCache;
  /** Whether the rule of a label reads the answer that its pages' scripts got from a URL. */
  isRead(label: string, url: string): boolean;
}

/** Few jobs need a browser: what opens one is handed in by whoever runs here. */
export function openRendering(
  { pages, sessions = {} }: Pick<Job, 'pages' | 'sessions'>,
  normalise: Normalise,
  {
    makeRenderer,
    leavesPagesInBrowser = false,
  }: Pick<JobEnvironment, 'makeRenderer' | 'leavesPagesInBrowser'>,
): Promise<RunRendering> | undefined {
  const [first] = browserKeysOf({ pages, sessions });
  if (first === undefined || leavesPagesInBrowser) return undefined;
  if (makeRenderer === undefined) {
    throw new HaltError('RENDER_UNAVAILABLE', `${first}: there is no browser where this runs`);
  }
  const isRead = readsAnswers(pages, normalise);
  return makeRenderer().then((renderer) => ({ renderer, cache: makeStaticCache(), isRead }));
}

function readsAnswers(pages: Job['pages'], normalise: Normalise): RunRendering['isRead'] {
  const patterns = new Map(
    Object.entries(pages).flatMap(([label, { render }]) =>
      render?.match === undefined ? [] : [[label, compilePatterns(render.match, normalise)] as const],
    ),
  );
  return (label, url) => patterns.get(label)?.(url) === true;
}
