import { describe, expect, it } from 'vitest';
import { userAgentOf } from '../../shared/fetch/user-agent.ts';

describe('userAgentOf', () => {
  it.each([
    [{ userAgent: 'Spinneret/0.1' }, 'Spinneret/0.1'],
    [
      { userAgent: 'AcmeBot/1.0', contact: 'https://acme.example/bot' },
      'AcmeBot/1.0 (+https://acme.example/bot)',
    ],
    [{ userAgent: 'AcmeBot', contact: 'bots@acme.example' }, 'AcmeBot (+bots@acme.example)'],
    [{ userAgent: 'AcmeBot', contact: ' ' }, 'AcmeBot'],
    [{ userAgent: 'AcmeBot', contact: 'a\r\nx-evil: 1 (b) ü' }, 'AcmeBot (+a x-evil: 1 b)'],
  ])('of %j is %s', (politeness, expected) => {
    expect(userAgentOf(politeness)).toBe(expected);
  });
});
