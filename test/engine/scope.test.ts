import { describe, expect, it } from 'vitest';
import { makeScope } from '../../shared/engine/scope.ts';
import type { Job } from '../../shared/job/schema.ts';
import { makeJob } from './world.ts';

const page = 'https://shop.example.com/start';

function scopeOf(scope: Record<string, unknown>) {
  const job: Job = makeJob({ sources: [{ crawl: { start: page } }], scope });
  return makeScope(job.scope);
}

describe('makeScope', () => {
  it.each<[Record<string, unknown>, string, boolean]>([
    [{}, 'https://shop.example.com/other', true],
    [{}, 'http://shop.example.com/other', true],
    [{}, 'https://shop.example.com:8443/other', false],
    [{}, 'https://www.example.com/', false],
    [{}, 'https://shop.example.com.evil.test/', false],
    [{ hosts: 'www.example.com' }, 'https://www.example.com/', true],
    [{ hosts: 'www.example.com' }, 'https://www.example.com:8443/', true],
    [{ hosts: 'www.example.com' }, 'https://shop.example.com/', false],
    [{ hosts: 'www.example.com:8443' }, 'https://www.example.com/', false],
    [{ hosts: '*.example.com' }, 'https://a.b.example.com/', true],
    [{ hosts: '*.example.com' }, 'https://example.com/', false],
    [{ hosts: '*.example.com' }, 'https://evilexample.com/', false],
    [{ hosts: ['*.example.com', 'example.com'] }, 'https://example.com/', true],
    [{ hosts: '*.example.com:8443' }, 'https://a.example.com:8443/', true],
    [{ hosts: '*.example.com:8443' }, 'https://a.example.com/', false],
    [{ hosts: 'www.example.com:443' }, 'https://www.example.com/', true],
    [{ hosts: 'www.example.com:443' }, 'http://www.example.com/', false],
    [{ hosts: '*.example.com:80' }, 'http://www.example.com/', true],
    [{ hosts: '*.Bücher.example' }, 'https://www.xn--bcher-kva.example/', true],
    [{ hosts: '[::1]' }, 'http://[::1]:8080/', true],
    [{ hosts: '[::1]:8080' }, 'http://[::1]:8080/', true],
    [{ hosts: '[::1]:8080' }, 'http://[::1]/', false],
    [{ include: '/p/**' }, 'https://shop.example.com/p/1', true],
    [{ include: '/p/**' }, 'https://shop.example.com/c/1', false],
    [{ include: '/p/**' }, 'https://www.example.com/p/1', false],
    [{ include: '/p/**', exclude: '/p/x' }, 'https://shop.example.com/p/x', false],
    [{ exclude: '/p/x' }, 'https://shop.example.com/p/y', true],
  ])('with %j, has %s in it: %s', (rules, url, isIn) => {
    expect(scopeOf(rules)(url, page)).toBe(isIn);
  });
});
