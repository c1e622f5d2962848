/** The figures of a sample. Per page: per page that ended. */
export interface PageSample {
  /** Pages of the sample, per host of the sample. */
  pagesPerHost: number;
  /** 1, and more with retries and redirects. */
  fetchesPerPage: number;
  fetchMs: number;
  /** Links to pages of the job, each counted once per batch; and those of them that no page before had. */
  linksPerPage: number;
  newUrlsPerPage: number;
  /** Compressed, as S3 keeps them: the outcome's share, and the exported items. */
  outcomeBytesPerPage: number;
  itemBytesPerPage: number;
  /** Items whose label has a `key`. */
  keyedItemsPerPage?: number;
  /** Bytes of one request in a message. */
  requestBytes: number;
}
