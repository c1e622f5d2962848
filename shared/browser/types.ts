import type { BrowserCookie } from '../fetch/cookies/browser-cookie.ts';
import type { DocumentInBrowser, FetchResult } from '../fetch/types.ts';
import type { RenderRule } from '../job/render-schema.ts';
import type { Visitor } from './tab.ts';

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
  /** A script of the page asks for it (`fetch`, `XMLHttpRequest`). */
  isOfScript?: true;
  /** A frame within the page goes there. */
  isFrame?: true;
  /** The page itself goes there: where that redirects is the browser's to ask for. */
  isDocument?: true;
}

/** Why something was not fetched, by the name under which it is counted. */
export interface ResourceRefusal {
  refused: 'robots' | 'blocked' | 'foreign' | 'failed' | 'limit' | 'method';
}

/** Fetches what pages ask for, in its turn and where robots.txt allows it. Never rejects because of the site. */
export type FetchResource = (request: ResourceRequest) => Promise<FetchResult | ResourceRefusal>;

export interface CookieOfPage {
  name: string;
  value: string;
  httpOnly?: boolean;
}

/** A page to be read in a browser. */
export interface PageToRender {
  /** The document as the server sent it. */
  answer: FetchResult;
  rule: RenderRule;
  visitor: Visitor;
  /** Those of a session that scripts of the page may read (the others are no business of a browser's), or those of its redirects. */
  cookies: CookieOfPage[];
  fetchResource: FetchResource;
  /** Whether an address that the page goes on to is that of a file, for which it stays what it is. @default none is */
  isFile?(url: string): boolean;
  /** Of the document that comes of it, and of the answers kept. */
  maxBytes: number;
  /** Whether the body of an answer to a script is kept. @default none is */
  keepsAnswer?(url: string): boolean;
  /** Of the capture that the rule asks for, which is not taken without it. */
  maxCaptureBytes?: number;
  /** Asked when the browser has room for the page: false where the process is to stop. */
  mayStart(): boolean;
  /** Whether the page has to end, since its process has to. @default never */
  mustEnd?: (() => boolean) | undefined;
}

type PartOfPage = 'removed' | 'more' | 'changing' | 'left' | 'capture';

/** What the page has become. */
export interface RenderedPage extends DocumentInBrowser {
  /** The document as it stands in the browser, UTF-8. */
  html: Uint8Array;
  /** Where the page has gone on to by itself, and the cookies that were set until then, as `Set-Cookie` would. */
  movedTo?: string;
  setCookies?: string[];
  /**
   * What it asked for and did not get, by reason; `error`: answered with an error. Then what there is of it beyond what was read: `removed`:
   * links or rows that it took away again while it was scrolled and clicked; `more`: it could have been scrolled or clicked further;
   * `changing`: its content still changed; `left`: a click, a script or a file would have led away from it; `capture`: what of its capture
   * is not there.
   */
  missing: Partial<Record<ResourceRefusal['refused'] | 'error' | PartOfPage, number>>;
  /** Frames of other origins, or shut off (`sandbox`), whose content is not in `html`. */
  unreadFrames?: number;
  /** What it looks like: a PNG, or a PDF. */
  capture?: Uint8Array;
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

/** One thing to do in a page; selectors are those of fields. */
export type PageStep =
  | { open: string }
  | { form: { select: string; fields: Readonly<Record<string, string>>; submit?: string | undefined } }
  | { fill: Readonly<Record<string, string>> }
  | { click: string }
  | { waitFor: string };

/** Pages to be walked through, such as those of a login. */
export interface Walk {
  /** The first opens a page. */
  steps: PageStep[];
  visitor: Visitor;
  /** Those that scripts of the first page may read. */
  cookies: { name: string; value: string }[];
  fetchResource: FetchResource;
  /** Called before each step, with its index. */
  beforeStep(index: number): Promise<void>;
  /** The text to type for that of a step. */
  fillIn(text: string): string;
}

/** The page that a walk begins with. */
export function startOf({ steps: [first] }: Pick<Walk, 'steps'>): string {
  if (first === undefined || !('open' in first)) throw new Error('a walk begins with a page');
  return first.open;
}

/** Where a walk has come to. */
export interface WalkedPage {
  /** The page as it stands in the browser; what is no HTML, as it was sent. */
  answer: FetchResult;
  /** Those that would be sent to its address. */
  cookies: BrowserCookie[];
}

/** A browser of this process. */
export interface Renderer {
  /**
   * `unstarted`: it may not start any more. Throws `RetryError` RENDER_TIMEOUT and BROWSER_LOST, `DropError`
   * BODY_TOO_LARGE, and `HaltError` BROWSER_MISSING where the program does not start.
   */
  render(page: PageToRender): Promise<RenderedPage | 'unstarted'>;
  /** Throws what `render` does, what `fetchResource` and `beforeStep` do, and `HaltError` LOGIN_INVALID where a page lacks what a step names. */
  walk(walk: Walk): Promise<WalkedPage>;
  /** Ends the browsers, which start again with the next page. */
  close(): Promise<void>;
}
