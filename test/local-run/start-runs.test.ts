import { describe, expect, it } from 'vitest';
import { checkStart } from '../../shared/local-run/start-runs.ts';
import { makeJob } from '../engine/world.ts';

const login = {
  steps: [
    { request: { url: 'https://a.example/login', json: { pw: '${account:pw}' }, token: { path: 'token' } } },
  ],
};
const me = { hosts: ['a.example'], accounts: '${env:ACCOUNTS}', login };

/** What would stop a run of a job, given these variables. */
async function check(changes: Record<string, unknown>, env: Record<string, string>): Promise<unknown> {
  const job = makeJob({ sources: [{ crawl: { start: 'https://a.example/' } }], ...changes });
  const before = { ...process.env };
  Object.assign(process.env, env);
  try {
    return await checkStart({ job, baseDir: '/' } as never);
  } catch (error) {
    return error;
  } finally {
    for (const name of Object.keys(env)) delete process.env[name];
    Object.assign(process.env, before);
  }
}

describe('checkStart', () => {
  const key = Buffer.alloc(32, 5).toString('base64');
  it.each<[string, Record<string, unknown>, Record<string, string>, string]>([
    ['accounts', { sessions: { me } }, { ACCOUNTS: '[{"pw":"geheim' }, 'ACCOUNTS_INVALID'],
    ['the session key', { sessions: { me } }, { SPINNERET_SESSION_KEY: 'geheim' }, 'SESSION_KEY_INVALID'],
    ['proxies', { proxies: { list: ['${env:PROXY}'] } }, { PROXY: 'ftp://u:geheim@b:1' }, 'PROXY_INVALID'],
  ])(
    'throws what is wrong with %s before a run starts, and repeats none of it',
    async (_, job, env, code) => {
      const variables = { SPINNERET_SESSION_KEY: key, ACCOUNTS: '[{"pw":"x"}]', ...env };
      const error = await check(job, variables);
      expect(error).toMatchObject({ code });
      expect(String(error)).not.toContain('geheim');
    },
  );

  it('is content with those that are right', async () => {
    const env = {
      SPINNERET_SESSION_KEY: key,
      ACCOUNTS: '[{"pw":"geheim-wort"}]',
      PROXY: 'http://b.example:8080',
    };
    expect(await check({ sessions: { me }, proxies: { list: ['${env:PROXY}'] } }, env)).toBeUndefined();
  });
});
