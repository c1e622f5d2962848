/** There is no connection to the host, or no whole answer in time. */
export const unansweredCodes = [
  'DNS_FAILED',
  'CONNECT_FAILED',
  'CONNECT_TIMEOUT',
  'TLS_FAILED',
  'HEADERS_TIMEOUT',
  'BODY_TIMEOUT',
  'TIMEOUT',
  'CONNECTION_LOST',
] as const;

/**
 * Failures that `on` may name besides statuses: those of fetching and judging an answer. What cannot change by asking
 * again, such as an address that is refused, is not among them. Apart from the schema, which workers do not load.
 */
export const retryableCodes = [
  ...unansweredCodes,
  'BODY_CORRUPT',
  'RESPONSE_INVALID',
  'NO_CONTENT',
  'BLOCKED',
] as const;
