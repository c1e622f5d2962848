import type { Address } from './address.ts';
import type { Resolution } from './resolve-url.ts';

/**
 * A reference as it stands on a page. The references of a site's menus are on all its pages, so the object carries its
 * resolution from page to page.
 */
export class Reference {
  readonly text: string;
  /** Identifies the part of the base on which the resolution depends; `undefined` before the first resolution. */
  group: object | undefined = undefined;
  resolution: KeptResolution | undefined = undefined;

  constructor(text: string) {
    this.text = text;
  }
}

/** What a reference leads to, with its address as the one object for its URL. */
export type KeptResolution = Address | Extract<Resolution, { url: undefined }>;

/**
 * Makes a reference absolute. References of one page that lead to the same URL get the same object, on a page of a few
 * thousand references at most.
 */
export type Resolve = (reference: Reference, baseUrl: string) => KeptResolution;
