import type { PageRequest } from '../model.ts';
import type { SourceEnv } from '../sources/kind.ts';
import type { LinkOrigin } from './links.ts';
import type { RobotsGate } from './robots-permission.ts';
import type { RunContext } from './run-context.ts';

/** What a visit of one request works with: the run, its batch, and what is known of the host. */
export interface VisitContext {
  run: RunContext;
  /** Id of the batch that is visited. */
  batch: string;
  gate: RobotsGate;
  now(): number;
  /** Called with each link of the page that is refused. @default nobody */
  onRefusedLink?: LinkOrigin['onRefused'];
  /**
   * May `page` be skipped in favour of `canonical`? Of two pages that name each other only one may,
   * though each is found on its own. @default always
   */
  mayYield?(page: string, canonical: string): Promise<boolean>;
  /** Has an earlier run given what this request stands for, and does its source want new ones alone? @default never */
  isKnown?(request: PageRequest): boolean;
  areKnown?: SourceEnv['areKnown'];
}
