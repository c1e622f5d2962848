import { describe, expect, it } from 'vitest';
import { hostMatcher } from '../../shared/schema/host-names.ts';

describe('hostMatcher', () => {
  it.each([
    ['a.example', 'https://a.example:8443/', true],
    ['a.example', 'https://b.a.example/', false],
    ['*.example', 'https://b.a.example/', true],
    ['*.a.example', 'https://a.example/', false],
    ['a.example:8443', 'https://a.example:8443/', true],
    ['a.example:8443', 'https://a.example/', false],
    ['*.a.example:8443', 'https://b.a.example:8443/', true],
    ['*.a.example:8443', 'https://b.a.example/', false],
    ['a.example:443', 'https://a.example/', true],
    ['a.example:443', 'http://a.example/', false],
    ['a.example:80', 'http://a.example/', true],
    ['bücher.example', 'https://xn--bcher-kva.example/', true],
    ['*.bücher.example', 'https://a.xn--bcher-kva.example/', true],
    ['*.1', 'http://127.0.0.1/', true],
    ['*.1', 'http://127.0.0.2/', false],
    ['[::1]:8080', 'http://[::1]:8080/', true],
    ['[::1]', 'http://[::1]:8080/', true],
    ['[::1]', 'http://[::2]/', false],
  ])('of %s has %s: %s', (host, url, isOn) => {
    expect(hostMatcher([host])(new URL(url))).toBe(isOn);
  });
});
