import { labelsWithRoutes } from '../../job/render-schema.ts';
import type { Job } from '../../job/schema.ts';
import type { Outcome } from '../../model.ts';
import type { Engine } from '../engine.ts';

/**
 * The outcome, and which of its pages are for processes that have a browser, where those are others: the grouping is a function of the
 * outcome, and a sweep knows no more.
 */
export function withBrowserLabels(
  { hasBrowser }: Pick<Engine, 'hasBrowser'>,
  outcome: Outcome,
  { pages }: Pick<Job, 'pages'>,
): Outcome {
  if (hasBrowser === undefined) return outcome;
  const labels = [...labelsWithRoutes(pages)];
  return labels.length === 0 ? outcome : { ...outcome, inBrowser: labels };
}
