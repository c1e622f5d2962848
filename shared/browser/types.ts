import type { FetchResult } from '../fetch/types.ts';
import type { RenderRule } from '../job/render-schema.ts';

/** Something that a page in a browser asks for. */
export interface ResourceRequest {
  url: string;
  method: string;
  /** As the browser would send them, names in lower case. */
  headers: Record<string, string>;
  body?: string;
  /** Origins of the frames in which it is asked for: the page's, and those of all frames about what asks; `null` for one without. */
  askedBy: string[];
  /** Scripts and styles, which are the same for all pages; all else is asked for by each page. */
  isStatic: boolean;
}

/** Why something was not fetched, by the name under which it is counted. */
export interface ResourceRefusal {
  refused: 'robots' | 'blocked' | 'foreign' | 'failed' | 'limit' | 'method';
}

/** Fetches what pages ask for, in its turn and where robots.txt allows it. Never rejects because of the site. */
export type FetchResource = (request: ResourceRequest) => Promise<FetchResult | ResourceRefusal>;

/** A page to be read in a browser. */
export interface PageToRender {
  /** The document as the server sent it. */
  answer: FetchResult;
  rule: RenderRule;
  userAgent: string;
  /** Those that scripts of the page may read; the others are no business of a browser's. */
  cookies: { name: string; value: string }[];
  fetchResource: FetchResource;
  /** Of the document that comes of it, and of the answers kept. */
  maxBytes: number;
  /** Whether the body of an answer to a script is kept. @default none is */
  keepsAnswer?(url: string): boolean;
  /** Asked when the browser has room for the page: false where the process is to stop. */
  mayStart(): boolean;
}

/** What the page has become. */
export interface RenderedPage {
  /** The document as it stands in the browser, UTF-8. */
  html: Uint8Array;
  /** Where the page has gone on to by itself. */
  movedTo?: string;
  /** What it asked for and did not get, by reason; `removed`: links that it took away again while it was scrolled and clicked. */
  missing: Partial<Record<ResourceRefusal['refused'] | 'removed', number>>;
  /** What it asked for by its scripts, and got: where the data may be. */
  answers: ScriptAnswer[];
}

/** An answer to a script of the page (`fetch`, `XMLHttpRequest`). */
export interface ScriptAnswer {
  method: string;
  url: string;
  status: number;
  contentType: string;
  bytes: number;
  /** What was sent along. */
  sent?: string;
  /** The answer, where it is wanted (`keepsAnswer`). */
  kept?: FetchResult;
}

/** A browser of this process. */
export interface Renderer {
  /**
   * `unstarted`: it may not start any more. Throws `RetryError` RENDER_TIMEOUT and BROWSER_LOST, `DropError`
   * BODY_TOO_LARGE, and `HaltError` BROWSER_MISSING where the program does not start.
   */
  render(page: PageToRender): Promise<RenderedPage | 'unstarted'>;
  close(): Promise<void>;
}
