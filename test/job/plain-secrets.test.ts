import { describe, expect, it } from 'vitest';
import { parseJobs } from '../../shared/job/load.ts';

const plain = 'hunter2-and-more';

const jobOf = (more: string) => `name: j
sources: [{ crawl: { start: https://a.example/ } }]
pages: { default: { fields: { a: h1 } } }
${more}
`;

describe('a secret that a job shows in plain text', () => {
  it.each([
    ['a password', `sessions: { s: { hosts: [a.example], basic: { user: me, password: ${plain} } } }`],
    ['a token', `sessions:\n  s:\n    hosts: [a.example]\n    bearer: ${plain}`],
    [
      'two on one line',
      `sessions: { s: { hosts: [a.example], bearer: ${plain}, login: { totp: ${plain}, steps: [] } } }`,
    ],
    ['the password of a proxy', `proxies: { list: "http://me:${plain}@proxy.example:1" }`],
    ['a key to sign with', `politeness: { sign: { key: '{"d":"${plain}"}' } }`],
    ['a passphrase', `fetch: { tls: { a.example: { cert: c.pem, key: k.pem, passphrase: ${plain} } } }`],
    ['a private key', `fetch: { tls: { a.example: { cert: c.pem, key: "-----BEGIN ${plain}" } } }`],
  ])('is refused without being shown: %s', (_, more) => {
    let message = '';
    try {
      parseJobs(jobOf(more), 'j.yaml');
    } catch (error) {
      message = String(error) + JSON.stringify(error);
    }
    expect(message).toContain('since a run keeps a copy of its job');
    expect(message).toContain('j.yaml:');
    expect(message).not.toContain(plain);
  });
});
