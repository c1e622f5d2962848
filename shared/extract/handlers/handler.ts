import type { Json } from '../../model.ts';

/**
 * The public types of handlers: what a page label's `handler:` file exports by default, for what
 * `fields` cannot express. See docs/handlers.md.
 */

/** A function. Called once for every page of the label. */
export type Handler = (page: HandlerPage) => HandlerResult | undefined | Promise<HandlerResult | undefined>;

/** Or a class: made once per process, so its fields may hold what is costly to set up. */
export type HandlerClass = new () => { extract: Handler };

/** The page, as a handler sees it. */
export interface HandlerPage {
  readonly url: string;
  /** Page label. */
  readonly label: string;
  /** HTTP status. */
  readonly status: number;
  /** Links from the start. */
  readonly depth: number;
  /** The page that linked here. */
  readonly referrer: string | undefined;
  /** ISO 8601. */
  readonly fetchedAt: string;
  /** The Content-Type header, `''` when absent. */
  readonly contentType: string;
  /** The body, decoded when first read. */
  readonly text: string;
  /** What the fields of the job file gave, for the first item; `{}` when they gave none. */
  readonly fields: Record<string, Json>;
  /** What the fields of the job file gave, for every item. */
  readonly items: Record<string, Json>[];
  /** The body as JSON. Throws when it is none. */
  json(): Json;
  /** Every element that matches the CSS selector, in document order; none on JSON pages. */
  all(selector: string): HandlerElement[];
  first(selector: string): HandlerElement | undefined;
}

export interface HandlerElement {
  /** Lower case. */
  readonly name: string;
  /** Its text as a field would take it: white space folded, no scripts. */
  text(): string;
  attr(name: string): string | undefined;
  /** Its inner markup. */
  html(): string;
  /** Matches below it; `:scope` is the element itself. */
  all(selector: string): HandlerElement[];
  first(selector: string): HandlerElement | undefined;
}

export interface HandlerResult {
  /** Replaces what the fields of the job file gave; `[]` for none. Without it they stand. */
  items?: Record<string, Json>[];
  /** Added to the links that the job file's rules follow. May be relative. */
  links?: (string | { url: string; label?: string })[];
}
