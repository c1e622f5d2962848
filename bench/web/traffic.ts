/** What a server saw of a contestant. */
export interface Traffic {
  requests: number;
  /** Of these, for robots.txt. */
  robots: number;
  /** Of these, answered with something else than 200. */
  errors: number;
  /** Accepted, those that ended before a request among them. */
  connections: number;
  /** TLS handshakes of connections that had requests: in full, and resumed by a session. */
  fullHandshakes: number;
  resumedHandshakes: number;
  /** Requests by HTTP/2; the others by 1.1. */
  http2: number;
  /** Answers packed by brotli. */
  brotli: number;
  /** Between the starts of two requests to one host, ms; undefined if none had two. robots.txt apart. */
  leastGapMs: number | undefined;
}

/** Reads nginx's log: connection, whether its session was resumed (`r`) or new (`.`), protocol, status, coding, end and duration in s, host, path. */
export function trafficOf(log: string, connections: number): Traffic {
  const traffic: Traffic = {
    requests: 0,
    robots: 0,
    errors: 0,
    connections,
    fullHandshakes: 0,
    resumedHandshakes: 0,
    http2: 0,
    brotli: 0,
    leastGapMs: undefined,
  };
  const known = new Set<string>();
  const starts = new Map<string, number[]>();
  for (const line of log.split('\n')) {
    const [connection = '', reused, protocol, status, coding, endS, tookS, host = '', path] = line.split(' ');
    if (path === undefined) continue;
    const isRobots = path === '/robots.txt';
    traffic.requests += 1;
    if (isRobots) traffic.robots += 1;
    if (status !== '200') traffic.errors += 1;
    if (protocol === 'HTTP/2.0') traffic.http2 += 1;
    if (coding === 'br') traffic.brotli += 1;
    if (!isRobots) starts.set(host, [...(starts.get(host) ?? []), 1_000 * (Number(endS) - Number(tookS))]);
    if (known.has(connection)) continue;
    known.add(connection);
    if (reused === 'r') traffic.resumedHandshakes += 1;
    else if (reused === '.') traffic.fullHandshakes += 1;
  }
  const gaps = [...starts.values()].map(leastGap).filter((gap) => gap !== undefined);
  return { ...traffic, leastGapMs: gaps.length === 0 ? undefined : Math.round(Math.min(...gaps)) };
}

function leastGap(starts: number[]): number | undefined {
  const sorted = starts.toSorted((a, b) => a - b);
  const gaps = sorted.slice(1).map((start, index) => start - (sorted[index] ?? 0));
  return gaps.length === 0 ? undefined : Math.min(...gaps);
}
