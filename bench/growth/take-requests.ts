export interface Taken {
  /** Paths of the requests that are there whole, in order. */
  paths: string[];
  /** The beginning of the next one. */
  rest: string;
}

/** Splits what a connection received so far into GET requests (RFC 9112): they may be cut anywhere, or come several at once. */
export function takeRequests(received: string): Taken {
  const paths: string[] = [];
  let from = 0;
  for (let end = received.indexOf(headEnd); end !== -1; end = received.indexOf(headEnd, from)) {
    const pathAt = received.indexOf(' ', from) + 1;
    paths.push(received.slice(pathAt, received.indexOf(' ', pathAt)));
    from = end + headEnd.length;
  }
  return { paths, rest: received.slice(from) };
}

const headEnd = '\r\n\r\n';
