import { describe, expect, it } from 'vitest';
import { isOnThisMachine } from '../../shared/deployment/own-endpoint.ts';

describe('isOnThisMachine', () => {
  it.each([
    ['http://127.0.0.1:4566', true],
    ['http://localhost:4566', true],
    ['http://aws.localhost', true],
    ['http://[::1]:4566/', true],
    // AWS by a network of one's own; an emulator elsewhere.
    ['https://vpce-1.monitoring.eu-central-1.vpce.amazonaws.com', false],
    ['http://ministack:4566', false],
    ['http://localhost.example.com', false],
    ['no URL', false],
    ['', false],
  ])('of %j is %s', (endpoint, isHere) => {
    expect(isOnThisMachine({ AWS_ENDPOINT_URL: endpoint })).toBe(isHere);
  });

  it('of nothing is false', () => expect(isOnThisMachine({})).toBe(false));
});
