import { describe, expect, it } from 'vitest';
import { signing } from '../../shared/job/signing-schema.ts';

const key = '${env:SIGNING_KEY}';

describe('politeness.sign', () => {
  it('takes a key by its variable, an agent by its origin, and components as RFC 9421 names them', () => {
    const components = [
      '@method',
      '@authority',
      '@query-param;name="q"',
      'Date',
      'priority;sf',
      'x;bs',
      'x;key="a"',
    ];
    expect(signing.parse({ key, agent: 'https://bot.example.com/', components })).toEqual({
      key,
      agent: 'https://bot.example.com',
      components: [
        '@method',
        '@authority',
        '@query-param;name="q"',
        'date',
        'priority;sf',
        'x;bs',
        'x;key="a"',
      ],
    });
  });

  it.each([
    ['a key in plain text', { key: '{"kty":"OKP"}' }, 'the key as ${env:SIGNING_KEY}'],
    ['a key beside other text', { key: `x${key}` }, 'the key as ${env:SIGNING_KEY}'],
    ['an agent over http', { key, agent: 'http://bot.example.com' }, 'an origin such as'],
    ['an agent with a path', { key, agent: 'https://bot.example.com/keys' }, 'an origin such as'],
    ['a component of answers', { key, components: ['@status'] }, 'a component of RFC 9421'],
    ['a component twice', { key, components: ['date', 'Date'] }, 'date only once'],
    ['no component at all', { key, components: [] }, ''],
    [
      'an agent that signs no authority',
      { key, agent: 'https://b.example', components: ['date'] },
      '@authority or @target-uri',
    ],
    ['an agent with another tag', { key, agent: 'https://b.example', tag: 'x' }, 'web-bot-auth'],
    ['an agent with a name for its key', { key, agent: 'https://b.example', keyId: 'k' }, 'thumbprint'],
    [
      'an agent with a shared secret',
      { key, agent: 'https://b.example', algorithm: 'hmac-sha256' },
      'forbids shared secrets',
    ],
    ['a shared secret without a name', { key, algorithm: 'hmac-sha256' }, 'name of the shared secret'],
  ])('refuses %s', (_, given, message) => {
    const { error } = signing.safeParse(given);
    expect(error?.issues.map((issue) => issue.message).join()).toContain(message);
  });
});
