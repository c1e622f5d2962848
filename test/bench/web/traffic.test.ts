import { describe, expect, it } from 'vitest';
import { trafficOf } from '../../../bench/web/traffic.ts';

const log = `1 . HTTP/2.0 200 - 100.000 0.000 h0.web.test /robots.txt
1 . HTTP/2.0 200 br 101.500 0.500 h0.web.test /p/0.html
2 r HTTP/1.1 200 gzip 101.300 0.000 h1.web.test /p/1.html
1 . HTTP/2.0 404 gzip 102.250 0.250 h0.web.test /p/2.html
3 - HTTP/1.1 200 gzip 104.300 0.000 h1.web.test /p/3.html
`;

describe('trafficOf', () => {
  it('counts requests, handshakes once a connection, and the least gap from start to start', () => {
    expect(trafficOf(log, 3)).toEqual({
      requests: 5,
      robots: 1,
      errors: 1,
      connections: 3,
      fullHandshakes: 1,
      resumedHandshakes: 1,
      http2: 3,
      brotli: 1,
      leastGapMs: 1_000,
    });
  });

  it('has no gap where no host was asked twice', () => {
    expect(trafficOf('', 0).leastGapMs).toBeUndefined();
  });
});
