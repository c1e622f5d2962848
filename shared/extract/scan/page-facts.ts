import type { Program } from './program.ts';
import type { StartTag } from './start-tag.ts';

/** In the head, or what counts as it; in the body; or in a template, which is not in the document. */
export type PageLocation = 'head' | 'body' | 'template';

/** The references by which a page says where it is: see `baseOf` and `canonicalOf` in document.ts. */
export class PageFacts {
  base: string | undefined = undefined;
  canonical: string | undefined = undefined;
  private readonly tag: StartTag;
  private readonly href: number;
  private readonly rel: number;
  private readonly isCanonicalWanted: boolean;
  private readonly location: () => PageLocation;

  constructor({ attributes, canonical }: Program, tag: StartTag, location: () => PageLocation) {
    this.tag = tag;
    this.href = attributes.numberOf('href');
    this.rel = attributes.numberOf('rel');
    this.isCanonicalWanted = canonical;
    this.location = location;
  }

  startPage(): void {
    this.base = undefined;
    this.canonical = undefined;
  }

  meetBase(): void {
    if (this.location() !== 'template') this.base ??= this.tag.value(this.href);
  }

  meetLink(): void {
    if (!this.isCanonicalWanted || this.canonical !== undefined) return;
    const relations = (this.tag.value(this.rel) ?? '').toLowerCase().split(/\s+/);
    if (relations.includes('canonical') && this.location() === 'head')
      this.canonical = this.tag.value(this.href) || undefined;
  }
}
