import type { Resolution } from './resolve-url.ts';

/**
 * A reference as it stands on a page. Those of a site's menus are on all its pages: the same object, met again, brings
 * what it resolved to.
 */
export class Reference {
  readonly text: string;
  /** What of a base the resolution depends on; `undefined` where there is no resolution yet. */
  group: object | undefined = undefined;
  resolution: Resolution | undefined = undefined;

  constructor(text: string) {
    this.text = text;
  }
}

/** Makes a reference absolute. */
export type Resolve = (reference: Reference, baseUrl: string) => Resolution;
