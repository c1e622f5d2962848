/** Names and values, as they were sent: a name may come more than once. */
export type Headers = [name: string, value: string][];

/** A request and its answer, as they are kept. What must not be kept is out of them. */
export interface KeptExchange {
  /** Absolute. */
  url: string;
  /** Epoch ms at which the request started. */
  at: number;
  /** Absent where nothing was sent, as for an answer of the cache. */
  request?: KeptRequest;
  response: KeptResponse;
  /** Fields of our own in the head of the record of the answer. */
  fields: Record<string, string>;
}

export interface KeptRequest {
  method: string;
  /** Path and query, as they were asked. */
  target: string;
  headers: Headers;
  body: Uint8Array;
}

/**
 * `page`: an answer with its body, decoded; `rendered` is what a browser made of it; `truncated`: why its body is not whole, in the
 * words of WARC (ISO 28500:2017 §5.13). `unchanged`: a 304, to a request that
 * named the answer of `since` (epoch ms).
 */
export type KeptResponse = { status: number; headers: Headers } & (
  | { is: 'page'; body: Uint8Array; rendered?: Uint8Array; truncated?: 'length' | 'unspecified' }
  | { is: 'unchanged'; since: number }
);
