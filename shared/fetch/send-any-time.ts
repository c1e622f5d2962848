import { makeFetchError } from './fetch-error.ts';
import type { Fetcher } from './types.ts';

/** A server that goes on closing connections that it keeps has lost the request. */
const maxStale = 3;

/** A fetch without a turn, made of one with. */
export function sendAnyTime(fetchInTurn: Fetcher['fetchInTurn']): Fetcher['fetch'] {
  return async (request, call = {}) => {
    for (let count = 0; count < maxStale; count += 1) {
      const answer = await fetchInTurn(request, { ...call, startBy: Number.POSITIVE_INFINITY });
      if (answer !== 'late') return answer;
    }
    const message = `${request.url}: the server closed ${maxStale} connections that it had kept open`;
    throw makeFetchError('CONNECTION_LOST', message);
  };
}
