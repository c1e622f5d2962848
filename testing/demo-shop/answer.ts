/** The shop's answer to one request. */
export interface Answer {
  status: number;
  /** Default content type: HTML in UTF-8. */
  headers?: Record<string, string>;
  body?: string | Uint8Array;
  /** Milliseconds to wait before answering. */
  latencyMs?: number;
  /** Bytes of the body after which the connection is dropped. */
  cutAfter?: number;
}
