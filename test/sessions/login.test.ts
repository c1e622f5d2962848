import { describe, expect, it } from 'vitest';
import type { FetchResult } from '../../shared/fetch/types.ts';
import { parseJobs } from '../../shared/job/load.ts';
import { jobSchema } from '../../shared/job/schema.ts';
import { makeJar } from '../../shared/sessions/jar.ts';
import { makeEndedTest } from '../../shared/sessions/login/conditions.ts';
import { fillForm } from '../../shared/sessions/login/fill-form.ts';
import { type Exchange, logIn } from '../../shared/sessions/login/log-in.ts';
import { contentOf } from '../../shared/sessions/login/page-of-answer.ts';
import type { WireRequest } from '../../shared/sessions/login/wire-request.ts';

const pageUrl = 'https://x.example.com/a/login?from=1';

function answer(body: string, more: Partial<FetchResult> = {}): FetchResult {
  const headers = { 'content-type': 'text/html; charset=utf-8' };
  return { url: pageUrl, status: 200, headers, body: Buffer.from(body), ms: 1, startedAt: 0, ...more };
}

function filled(
  html: string,
  fields: Record<string, string> = {},
  more: { select?: string; submit?: string } = {},
) {
  return fillForm(contentOf(answer(html)), pageUrl, { select: 'form', fields, ...more }).request;
}

describe('fillForm', () => {
  it.each([
    [
      'hidden fields and values that are there',
      '<input type=hidden name=t value="a&b"><input name=u value=x>',
      't=a%26b&u=x',
    ],
    [
      'no field without a name, and none that is disabled',
      '<input value=x><input name=a disabled><fieldset disabled><input name=b></fieldset>',
      '',
    ],
    [
      'checkboxes and radios that are checked',
      '<input type=checkbox name=a checked><input type=checkbox name=b><input type=radio name=r value=1><input type=radio name=r value=2 checked>',
      'a=on&r=2',
    ],
    [
      'the chosen option, else the first',
      '<select name=s><option value=1>A<option value=2 selected>B</select><select name=d><option disabled>x<option> C  D </select>',
      's=2&d=C+D',
    ],
    [
      'all chosen options of a list',
      '<select name=s multiple><option selected>1<option selected>2<option>3</select>',
      's=1&s=2',
    ],
    ['a text area, with line ends as the standard says', '<textarea name=t>\na\nb</textarea>', 't=a%0D%0Ab'],
    [
      'the first button alone',
      '<input name=u><button name=go value=1>A</button><input type=submit name=other value=2>',
      'u=&go=1',
    ],
    [
      'no button that submits nothing',
      '<button type=button name=x value=1></button><input type=reset name=y><input type=submit name=z value=3>',
      'z=3',
    ],
    [
      'what belongs to it by its id',
      '<input name=a></form><form id=second></form><input name=b form=login>',
      'a=&b=',
    ],
  ])('sends %s', (_, inner, body) => {
    const form = filled(`<form id=login method=post action="/do">${inner}</form>`, {}, { select: '#login' });
    expect(form).toMatchObject({ url: 'https://x.example.com/do', method: 'POST' });
    expect(form.body).toBe(body);
  });

  it('fills in fields by name, those of unchecked boxes too, in their place', () => {
    const html =
      '<form method=post><input name=u><input name=p type=password><input type=checkbox name=keep value=1><input type=hidden name=z value=9></form>';
    expect(filled(html, { p: 'ü &=', u: 'ann', keep: '1' }).body).toBe('u=ann&p=%C3%BC+%26%3D&z=9&keep=1');
  });

  it.each([
    ['', pageUrl],
    ['action=""', pageUrl],
    ['action="go"', 'https://x.example.com/a/go'],
    ['action="?x=1"', 'https://x.example.com/a/login?x=1'],
    ['action="//other.example/in"', 'https://other.example/in'],
  ])('leads to the action %s', (action, url) => {
    expect(filled(`<form method=POST ${action}></form>`).url).toBe(url);
  });

  it('resolves the action by the base of the page, and takes that of the button first', () => {
    const html =
      '<base href="https://x.example.com/base/"><form method=post action=a><button formaction=b></button></form>';
    expect(filled(html).url).toBe('https://x.example.com/base/b');
  });

  it('sends a GET form in the query, and a multipart form in parts', () => {
    expect(filled('<form action="/s?old=1"><input name=q value="a b"></form>')).toEqual({
      url: 'https://x.example.com/s?q=a+b',
      method: 'GET',
      headers: {},
    });
    const multipart = filled(
      "<form method=post enctype=multipart/form-data><input name='a\"b' value=1></form>",
    );
    const [, boundary = ''] = /boundary=(.+)/.exec(multipart.headers['content-type'] ?? '') ?? [];
    expect(multipart.body).toBe(
      `--${boundary}\r\nContent-Disposition: form-data; name="a%22b"\r\n\r\n1\r\n--${boundary}--\r\n`,
    );
  });

  it('names all that is sent, hidden fields and the button among them, each once', () => {
    const html =
      '<form><input type=hidden name=t value=1><input name=u><input name=u><button name=go></button><button name=no></button></form>';
    const { fields } = fillForm(contentOf(answer(html)), pageUrl, { select: 'form', fields: { u: 'x' } });
    expect(fields).toEqual(['t', 'u', 'go']);
  });

  it.each<[string, Record<string, string>, string, { submit?: string }?]>([
    ['<p>no form</p>', {}, 'finds nothing; expected a form'],
    [
      '<form><input name=user><input name=pass></form>',
      { users: 'x' },
      'has no field users; it has user, pass',
    ],
    ['<form></form>', {}, 'has no button go; it has none', { submit: 'go' }],
    ['<form action="mailto:a@b.example"></form>', {}, 'the form has no usable action'],
  ])('says what is missing in %s, and no value of fields or address', (html, fields, message, more = {}) => {
    const fill = () => filled(html, fields, more);
    expect(fill).toThrow('https://x.example.com/a/login?from=…: ');
    expect(fill).toThrow(
      expect.objectContaining({ code: 'LOGIN_INVALID', message: expect.stringContaining(message) }),
    );
  });
});

const settingsOf = (login: object, more: object = {}) => {
  const member = { hosts: ['x.example.com', 'y.example.com'], login, ...more };
  const job = {
    name: 'a',
    sources: [{ crawl: { start: 'https://x.example.com/' } }],
    pages: { p: {} },
    sessions: { member },
  };
  const session = jobSchema.parse(job).sessions?.['member'];
  if (session?.login === undefined) throw new Error('no login');
  return { ...session, login: session.login };
};

async function tried(login: object, answers: Partial<FetchResult>[]) {
  const sent: (WireRequest & { cookies: string })[] = [];
  const exchanges: Exchange[] = [];
  let attempts = 0;
  const result = logIn(settingsOf(login), {}, makeJar(), {
    async send(request, cookies) {
      sent.push({ ...request, cookies });
      const next = answers[sent.length - 1];
      if (next === undefined) throw new Error('no more answers');
      return answer('', { url: request.url, ...next });
    },
    beforeSecrets: async () => {
      attempts += 1;
    },
    now: () => 59_000,
    onExchange: (exchange) => exchanges.push(exchange),
  });
  const outcome = await result.then(
    (value) => value,
    (error: { code?: string; message: string }) => ({ code: error.code, message: error.message }),
  );
  return { outcome, sent, exchanges, attempts };
}

const form = '<form method=post action="ACTION"><input name=u><input name=pass></form>';
const steps = [{ open: 'https://x.example.com/login' }, { form: { fields: { u: 'ann', pass: '${env:P}' } } }];
const opened = (action: string) => ({ body: Buffer.from(form.replace('ACTION', action)) });

describe('logIn', () => {
  it.each([
    ['another site', 'https://evil.example/in'],
    ['a host that only looks alike', 'https://x.example.com.evil.example/in'],
    ['plain http', 'http://x.example.com/in'],
    ['another port', 'https://x.example.com@evil.example/in'],
  ])('sends no secret to %s', async (_, action) => {
    const { outcome, sent, attempts } = await tried({ steps, check: { status: 200 } }, [opened(action)]);
    expect(outcome).toMatchObject({ code: 'LOGIN_ELSEWHERE' });
    expect(sent).toHaveLength(1);
    expect(attempts).toBe(0);
  });

  it.each([
    [302, 'https://evil.example/', 'is none of the session’s hosts'],
    [307, 'https://evil.example/', 'the answer 307 would carry'],
    [307, 'https://y.example.com/in', 'the answer 307 would carry'],
    [308, 'https://y.example.com/in', 'the answer 308 would carry'],
  ])('does not carry the body of a %i to %s', async (status, redirect, message) => {
    const { outcome, sent } = await tried({ steps, check: { status: 200 } }, [
      opened('/in'),
      { status, redirect },
    ]);
    expect(outcome).toMatchObject({ code: 'LOGIN_ELSEWHERE', message: expect.stringContaining(message) });
    expect(sent).toHaveLength(2);
  });

  it.each([
    [302, 'https://y.example.com/in', 'GET', undefined],
    [303, 'https://x.example.com/in', 'GET', undefined],
    [307, 'https://x.example.com/in2', 'POST', 'u=ann&pass=%24%7Benv%3AP%7D'],
  ])('follows a %i to %s as browsers do', async (status, redirect, method, body) => {
    const { outcome, sent } = await tried({ steps, check: { status: 200 } }, [
      opened('/in'),
      { status, redirect },
      {},
    ]);
    expect(outcome).toEqual({ headers: {} });
    expect(sent[2]).toMatchObject({ method, url: redirect });
    expect(sent[2]?.body).toBe(body);
  });

  it('reads a token from a JSON answer, fills in a one-time code, and hides both', async () => {
    const request = {
      url: 'https://x.example.com/api/login',
      json: { name: 'ann', password: '${env:P}', otp: '${totp}' },
      token: { path: 'data.token' },
    };
    // The secret itself: placeholders are filled in before a login begins.
    const settings = settingsOf({ steps: [{ request }], totp: '${env:T}' });
    settings.login.totp = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
    const exchanges: Exchange[] = [];
    let body = '';
    const result = await logIn(settings, {}, makeJar(), {
      async send(wire) {
        body = wire.body ?? '';
        const headers = { 'content-type': 'application/json' };
        return answer('', { headers, body: Buffer.from('{"data":{"token":"abc.def"}}') });
      },
      beforeSecrets: async () => undefined,
      now: () => 59_000,
      onExchange: (exchange) => exchanges.push(exchange),
    });
    expect(result.headers).toEqual({ authorization: 'Bearer abc.def' });
    expect(JSON.parse(body)).toEqual({ name: 'ann', password: '${env:P}', otp: '287082' });
    expect(JSON.stringify(exchanges)).not.toMatch(/287082|abc\.def/);
    expect(exchanges).toMatchObject([{ fields: ['name', 'password', 'otp'], status: 200 }]);
  });

  it.each([
    [{ status: 401, body: Buffer.from('{"error":"no"}') }, 'LOGIN_REFUSED'],
    [{ body: Buffer.from('{"error":"no"}') }, 'LOGIN_REFUSED'],
    [{ body: Buffer.from('{"token":"a\\r\\nx: y"}') }, 'LOGIN_INVALID'],
    [{ status: 503 }, 'HTTP_503'],
    [{ status: 429 }, 'HTTP_429'],
  ])('ends with a code where the token is not to be had: %j', async (given, code) => {
    const request = { url: 'https://x.example.com/api', json: {}, token: { path: 'token' } };
    const headers = { 'content-type': 'application/json' };
    expect((await tried({ steps: [{ request }] }, [{ headers, ...given }])).outcome).toMatchObject({ code });
  });

  it.each([
    [{ select: '.user' }, 'not so: select .user'],
    [{ cookie: 'sid' }, 'not so: cookie sid'],
    [{ text: 'Welcome' }, 'not so: text Welcome'],
    [{ url: '/home' }, 'not so: url /home'],
    [{ status: 201 }, 'not so: status 201'],
    [{ path: 'user' }, 'not so: path user'],
    [{ status: 200, not: { text: 'wrong' } }, 'should not be so: text wrong'],
  ])('checks %j', async (check, why) => {
    const { outcome } = await tried({ steps, check }, [opened('/in'), { body: Buffer.from('<p>wrong</p>') }]);
    expect(outcome).toMatchObject({ code: 'LOGIN_REFUSED', message: expect.stringContaining(why) });
  });

  it.each([
    [{ text: 'Welcome  back' }, 'text/html', '<p>Welcome\n  back</p>', true],
    [{ path: 'user' }, 'application/json', '{"user":"ann"}', true],
    [{ path: 'user' }, 'application/json', '{"user":""}', false],
    [{ path: 'user.id' }, 'application/json', '{"user":{"id":0}}', false],
    [{ path: 'errors' }, 'application/json', '{"errors":[]}', false],
    [{ path: 'errors' }, 'application/json', '{"errors":[{}]}', true],
  ])('sees the same as signs of pages do: %j in %s %s', async (check, type, body, holds) => {
    const answer = { headers: { 'content-type': type }, body: Buffer.from(body) };
    const { outcome } = await tried({ steps, check }, [opened('/in'), answer]);
    expect('code' in outcome).toBe(!holds);
  });
});

describe('makeEndedTest', () => {
  it.each([
    [{ status: 401 }, { status: 401 }, true],
    [{ status: [401, 419] }, { status: 419 }, true],
    [{ status: 401 }, { status: 403 }, false],
    [{ select: '#login' }, { body: Buffer.from('<form id=login>') }, true],
    [{ select: '#login' }, { body: Buffer.from('{}'), headers: { 'content-type': 'image/png' } }, false],
    [{ redirectTo: '/login**' }, { status: 302, redirect: 'https://x.example.com/login?next=/a' }, true],
    [{ redirectTo: '/login**' }, { status: 302, redirect: 'https://x.example.com/other' }, false],
    [{ text: 'expired' }, { body: Buffer.from('Session expired') }, true],
  ])('%j of %j is %s', (endedBy, given, expected) => {
    const settings = settingsOf({ steps, check: { status: 200 } }, { endedBy });
    expect(makeEndedTest(settings.endedBy)(answer('<p>x</p>', given)) !== undefined).toBe(expected);
  });
});

describe('the settings of a session', () => {
  const job = (session: string) =>
    `name: a\nsources: [{ crawl: { start: https://x.example.com/ } }]\npages: { p: {} }\nsessions:\n  member:\n    hosts: [x.example.com]\n${session}`;

  it.each([
    [
      '    basic: { user: ann, password: plain }',
      'f.yaml:7:35 sessions.member.basic.password: expected a secret as ${env:NAME}',
    ],
    ['    bearer: plain', 'a secret as ${env:NAME}'],
    ['    bearer: ${env:A}\n    basic: { user: a, password: "${env:B}" }', 'one of basic, bearer'],
    ['    login: { steps: [{ open: https://x.example.com/ }] }', 'how to see that the login succeeded'],
    [
      '    login: { steps: [{ open: https://y.example.com/ }], check: { status: 200 } }',
      'an address on one of the session’s hosts',
    ],
    ['    login: { steps: [{ open: http://x.example.com/ }], check: { status: 200 } }', 'an https address'],
    ['    login: { steps: [{ form: {} }], check: { status: 200 } }', 'open with the page of the form first'],
    [
      '    login: { steps: [{ open: https://x.example.com/ }, { form: { fields: { password: x } } }], check: { status: 200 } }',
      'a secret as ${env:NAME}',
    ],
    [
      '    login: { steps: [{ open: https://x.example.com/ }, { form: { fields: { o: "${totp}" } } }], check: { status: 200 } }',
      'the secret of ${totp}',
    ],
    ['    endedBy: {}', 'at least one of select, text, status, redirectTo'],
    ['    count: 3\n    cookies: c.txt', 'would begin with the cookies of one file'],
    ['    bearer: "${account:key}"', 'accounts with key, which ${account:NAME} stands for'],
    ['    accounts: [{ key: "${env:A}" }]', 'where a value of an account belongs'],
    ['    accounts: [{ ky: "${env:A}" }]\n    bearer: "${account:key}"', 'with key, which ${account:NAME}'],
    ['    accounts: [{ key: plain }]\n    bearer: "${account:key}"', 'a secret as ${env:NAME}'],
    ['    accounts: [{ password: plain }]\n    bearer: "${account:password}"', 'a secret as ${env:NAME}'],
    ['    accounts: some text\n    bearer: "${account:key}"', 'one ${env:NAME} that holds it as JSON'],
    ['    rotateOn: [SOMETHING]', '"CONNECTION_LOST"'],
    [
      '    per: host\n    login: { steps: [{ open: https://x.example.com/ }], check: { status: 200 } }',
      'the addresses that its steps name',
    ],
  ])('refuses %s', (session, message) => {
    expect(() => parseJobs(job(session), 'f.yaml')).toThrow(message);
  });

  it('refuses a label that names no session, and says which there are', () => {
    const text = job('    bearer: ${env:A}').replace('{ p: {} }', '{ p: { session: membr } }');
    expect(() => parseJobs(text, 'f.yaml')).toThrow('did you mean "member"');
    expect(() => parseJobs(text.replace('membr', 'none'), 'f.yaml')).not.toThrow();
    const ofSource = job('    bearer: ${env:A}').replace(
      'crawl: { start: https://x.example.com/ }',
      'rest: { url: https://x.example.com/, label: p, session: membr }',
    );
    expect(() => parseJobs(ofSource, 'f.yaml')).toThrow('did you mean "member"');
    expect(() => parseJobs(ofSource.replace('membr', 'member'), 'f.yaml')).not.toThrow();
  });
});
