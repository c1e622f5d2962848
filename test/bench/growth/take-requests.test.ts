import { describe, expect, it } from 'vitest';
import { takeRequests } from '../../../bench/growth/take-requests.ts';

const two = 'GET /p/1 HTTP/1.1\r\nhost: a\r\n\r\nGET /p/2 HTTP/1.1\r\nhost: a\r\n\r\n';

describe('takeRequests', () => {
  it('finds the same requests wherever what is received is cut', () => {
    for (let cut = 0; cut <= two.length; cut += 1) {
      const first = takeRequests(two.slice(0, cut));
      const second = takeRequests(first.rest + two.slice(cut));

      expect([...first.paths, ...second.paths]).toEqual(['/p/1', '/p/2']);
      expect(second.rest).toBe('');
    }
  });
});
