import type { Resolution } from './resolve-url.ts';

/**
 * A reference as it stands on a page. The references of a site's menus are on all its pages, so the object carries its
 * resolution from page to page.
 */
export class Reference {
  readonly text: string;
  /** Identifies the part of the base on which the resolution depends; `undefined` before the first resolution. */
  group: object | undefined = undefined;
  resolution: Resolution | undefined = undefined;

  constructor(text: string) {
    this.text = text;
  }
}

/** Makes a reference absolute. */
export type Resolve = (reference: Reference, baseUrl: string) => Resolution;
