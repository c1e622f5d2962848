import type { Document } from 'domhandler';
import type { FileFact, PageRequest } from '../model.ts';
import type { NamedProxy } from './proxies/proxy.ts';

/** What of a page in a browser its HTML does not say; absent of all others. */
export interface DocumentInBrowser {
  /** Its elements as they are there: where scripts have nested them as no parser would, the HTML reads back as others. */
  document?: Document;
  /** What references of that document are relative to: its address, which scripts may have changed, or the base that it names. */
  documentBase?: string;
  /** The encoding that the server sent the document in, where that is not UTF-8: queries of its references are in it. */
  documentCharset?: string;
}

/** An answer with its body decompressed; status below 400, unless errors are read as well. */
export interface FetchResult extends DocumentInBrowser {
  url: string;
  status: number;
  /** Names in lower case; repeated headers joined by ", ". */
  headers: Record<string, string>;
  body: Uint8Array;
  /** Milliseconds from the start of the request to the end of its body. */
  ms: number;
  /** Epoch ms at which the request started. */
  startedAt: number;
  /** Absolute target of a 301, 302, 303, 307 or 308; the body is empty then. */
  redirect?: string;
  /** Name of the proxy that it came through, if any. */
  proxy?: string;
  /** Set-Cookie headers, which cannot be joined; absent if there are none. */
  setCookies?: string[];
  /** The signature base of the request, where it was signed (RFC 9421). */
  signed?: string;
  /** The request as it was sent, secrets included; only where its call asks for it. */
  sent?: RequestAsSent;
  /** It was not asked for now, but kept from `startedAt`. */
  isCached?: true;
  /** What the sink of the call made of the body, which is empty here; `received`: bytes as they came. */
  file?: FileFact & { received: number };
}

/** A request as it was sent, but for the headers that the connection itself has (`host`, `connection`). */
export interface RequestAsSent {
  method: string;
  /** Path and query. */
  path: string;
  /** Names in lower case. */
  headers: Record<string, string>;
  body?: string;
}

/** Takes the body of one request as it comes. Its calls never overlap. */
export interface BodySink {
  /** Headers of the request, names in lower case. */
  headers: Record<string, string>;
  /** Whether it takes the body of an answer with this head; an answer that it does not take is judged as any other. */
  takes(status: number, headers: Record<string, string>): boolean;
  /** The coding to be undone before it gets the body: a Content-Encoding. */
  encodingOf(headers: Record<string, string>): string;
  write(chunk: Uint8Array): Promise<void>;
  /** Called when all has come. Throws where that is not what the head promised. */
  end(): Promise<FileFact>;
  /** Called when no more comes: gives the error that the request fails with. */
  fail(error: Error): Promise<Error>;
}

/**
 * `true`: errors are read like pages. A function: they are results whatever becomes of their bodies, and have one for the
 * statuses for which it returns true, if it is small and whole.
 */
export type ReadsErrors = boolean | ((status: number) => boolean);

export interface FetchCall {
  signal?: AbortSignal;
  /** Overrides the fetcher's limit, for sitemaps. */
  maxBodyBytes?: number;
  /** Answers of 400 and above are results, too: APIs say in the body what is wrong. @default they throw */
  readsErrors?: ReadsErrors;
  /** The proxy that the request goes through. @default none */
  proxy?: NamedProxy;
  /** Name of its session, which keeps its proxy. @default none */
  session?: string;
  /** Cookies to send besides those of the headers, as `name=value; …`; these take precedence. */
  cookies?: string;
  /** Takes the body in place of memory. @default none */
  sink?: BodySink;
  /** The result has the request as it was sent. @default false */
  wantsSent?: boolean;
}

/** A fetch whose turn ends: epoch ms after which the request must not be sent any more. */
export interface FetchInTurn extends FetchCall {
  startBy: number;
  /** Called when the request is sent: epoch ms. */
  onSent?: ((at: number) => void) | undefined;
}

type Wanted = Pick<PageRequest, 'url' | 'method' | 'headers' | 'body'>;

/**
 * Fetches one URL, without following redirects. Throws `RetryError` (with `retryAt` when the answer carried
 * Retry-After) or `DropError`, never anything else. `late`: connecting, or the process, took so long that the turn
 * was over before the request could be written; it was not sent. Or the server closed a connection that it had kept,
 * without a byte of an answer: it may have seen the request or not, so that it takes another turn to ask again.
 */
export interface Fetcher {
  fetch(request: Wanted, call?: FetchCall): Promise<FetchResult>;
  fetchInTurn(request: Wanted, call: FetchInTurn): Promise<FetchResult | 'late'>;
  /**
   * Says that requests to the host (`URL.host`) are to come, so that its connections are kept; until the function that it
   * returns is called, once. @default all connections are alike
   */
  expect?(host: string): () => void;
  close(): Promise<void>;
}
