import type { Json } from '../../model.ts';

// The public types of handlers: the default export of a page label's `handler:` file, for what `fields` cannot
// express. See docs/handlers.md.

/** A function, called once for every page of the label. */
export type Handler = (page: HandlerPage) => HandlerResult | undefined | Promise<HandlerResult | undefined>;

/** Or a class, instantiated once per process, so its fields may hold what is expensive to set up. */
export type HandlerClass = new () => { extract: Handler };

/** The page that a handler gets. */
export interface HandlerPage {
  readonly url: string;
  /** Page label. */
  readonly label: string;
  /** HTTP status. */
  readonly status: number;
  /** Number of links from the start. */
  readonly depth: number;
  /** URL of the page that linked here. */
  readonly referrer: string | undefined;
  /** ISO 8601. */
  readonly fetchedAt: string;
  /** The Content-Type header, `''` when absent. */
  readonly contentType: string;
  /** The body as text, decoded on first use. */
  readonly text: string;
  /** The first item that the fields of the job file gave; `{}` if there is none. */
  readonly fields: Record<string, Json>;
  /** All items that the fields of the job file gave. */
  readonly items: Record<string, Json>[];
  /** The body as JSON. Throws when it is not JSON. */
  json(): Json;
  /** Every element that matches the CSS selector, in document order; none on JSON pages. */
  all(selector: string): HandlerElement[];
  first(selector: string): HandlerElement | undefined;
}

export interface HandlerElement {
  /** Name in lower case. */
  readonly name: string;
  /** Its text as for a field: white space folded, no scripts. */
  text(): string;
  attr(name: string): string | undefined;
  /** Its inner markup. */
  html(): string;
  /** Matches below it; `:scope` is the element itself. */
  all(selector: string): HandlerElement[];
  first(selector: string): HandlerElement | undefined;
}

export interface HandlerResult {
  /** Replaces the items of the job file's fields; `[]` for none. Without it they are kept. */
  items?: Record<string, Json>[];
  /** Added to the links that the job file's rules follow. May be relative. */
  links?: (string | { url: string; label?: string })[];
}
