import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readHead } from '../../shared/fetch/answer/response-head.ts';
import { cpuMsOf } from '../../testing/cpu-time.ts';
import { localFetcher, serveBytes } from './local-servers.ts';

const ok = 'HTTP/1.1 200 OK\r\n';
const length = 'Content-Length: 5\r\n';
const body = '\r\nhello';
const chunks = '5\r\nhello\r\n0\r\n\r\n';

describe('HTTP that is a little wrong', () => {
  it.each([
    ['lines that end in LF alone', 'HTTP/1.1 200 OK\nContent-Length: 5\n\nhello'],
    ['line ends of both kinds', `HTTP/1.1 200 OK\nX-A: b\r\n${length}\nhello`],
    ['line ends of two CR', `HTTP/1.1 200 OK\r\r\nContent-Length: 5\r\r\n\r\r\nhello`],
    ['a space before the colon', `${ok}X-Odd : 1\r\nContent-Length : 5\r\n${body}`],
    ['a line without a colon', `${ok}just words\r\n${length}${body}`],
    ['a header without a name', `${ok}: nameless\r\n${length}${body}`],
    ['a name with a space in it', `${ok}X Odd: 1\r\n${length}${body}`],
    ['a name that is not ASCII', `${ok}X-\xd6dd: 1\r\n${length}${body}`],
    ['a folded header', `${ok}X-Odd: 1,\r\n\t2\r\n${length}${body}`],
    ['white space before the first header', `${ok} X-Odd: 1\r\n${length}${body}`],
    ['control characters in a header', `${ok}X-Odd: a\x01b\x00\r\n${length}${body}`],
    ['bytes beyond ASCII', `HTTP/1.1 200 D'accord, \xe9t\xe9\r\nX-Odd: \xe9\xff\r\n${length}${body}`],
    ['a lone CR in a header', `${ok}X-Odd: a\rb\r\n${length}${body}`],
    ['no reason', `HTTP/1.1 200\r\n${length}${body}`],
    ['a reason without words', `HTTP/1.1 200 \r\n${length}${body}`],
    ['a small http', `http/1.1 200 OK\r\n${length}${body}`],
    ['another version', `HTTP/1.2 200 OK\r\n${length}${body}`],
    ['the version of HTTP/2', `HTTP/2 200 OK\r\n${length}${body}`],
    ['two spaces before the status', `HTTP/1.1  200 OK\r\n${length}${body}`],
    ['blank lines before it', `\r\n\r\n${ok}${length}${body}`],
    ['HTTP/1.0 and the end of the connection', `HTTP/1.0 200 OK\r\n${body}`],
    ['two equal lengths', `${ok}${length}${length}${body}`],
    ['two equal lengths in a line', `${ok}Content-Length: 5, 5\r\n${body}`],
    ['an empty length', `${ok}Content-Length:\r\n${length}${body}`],
    ['a length beside chunks', `${ok}${length}Transfer-Encoding: chunked\r\n\r\n${chunks}`],
    ['another length beside chunks', `${ok}Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n${chunks}`],
    ['capital chunks', `${ok}Transfer-Encoding: Chunked\r\n\r\n${chunks}`],
    ['chunks twice', `${ok}${'Transfer-Encoding: chunked\r\n'.repeat(2)}\r\n${chunks}`],
    ['an identity beside the length', `${ok}Transfer-Encoding: identity\r\n${length}${body}`],
    ['a chunk size padded with blanks', `${ok}Transfer-Encoding: chunked\r\n\r\n5  \r\nhello\r\n0\r\n\r\n`],
    ['a chunk size with zeros', `${ok}Transfer-Encoding: chunked\r\n\r\n0005\r\nhello\r\n000\r\n\r\n`],
    ['chunk extensions', `${ok}Transfer-Encoding: chunked\r\n\r\n5;a=b;c="d e"\r\nhello\r\n0;x\r\n\r\n`],
    [
      'lines and chunks with LF alone',
      `HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n2;x\nhe\n3 \nllo\n0\n\n`,
    ],
    ['trailers', `${ok}Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nX-Sum: 1\r\n\r\n`],
    ['100 Continue that nobody waited for', `HTTP/1.1 100 Continue\r\n\r\n${ok}${length}${body}`],
    ['103 before it', `HTTP/1.1 103 Early Hints\nLink: x\n\n${ok}${length}${body}`],
  ])('is read with %s, at once and byte by byte', async (_, text) => {
    const at = Buffer.from(text, 'latin1');
    const origin = await serveBytes((socket, head) => {
      socket.setNoDelay(true);
      if (head.includes(' /whole ')) return void socket.end(at);
      let sent = 0;
      const next = () => {
        if (sent === at.length) return void socket.end();
        socket.write(at.subarray(sent, sent + 1), () => setImmediate(next));
        sent += 1;
      };
      next();
    });
    const fetcher = localFetcher();
    for (const path of ['/whole', '/parts']) {
      const result = await fetcher.fetch({ url: origin + path });
      expect(result.status).toBe(200);
      expect(Buffer.from(result.body).toString()).toBe('hello');
    }
  });

  it.each([
    ['two lengths', `${ok}${length}Content-Length: 6\r\n${body}`, 'two lengths, 5 and 6'],
    ['a length that is none', `${ok}Content-Length: abc\r\n${body}`, 'its Content-Length is \\"abc\\"'],
    ['no status', `HTTP/1.1 OK\r\n${length}${body}`, 'first line'],
    ['another protocol', 'SSH-2.0-OpenSSH_9.6\r\n', 'begins with'],
  ])('says what is wrong about %s', async (_, text, message) => {
    const origin = await serveBytes((socket) => void socket.end(text));
    const failing = localFetcher().fetch({ url: origin });
    await expect(failing).rejects.toMatchObject({ code: 'RESPONSE_INVALID' });
    await expect(failing).rejects.toThrow(new RegExp(message.replaceAll('\\\\', '')));
  });

  it('is read with chunks that end in LF alone', async () => {
    const origin = await serveBytes((socket) => {
      socket.end(`${ok}Transfer-Encoding: chunked\r\n\r\n2\nhe\n3\nllo\n0\n\n`);
    });
    const { body: read } = await localFetcher().fetch({ url: origin });
    expect(Buffer.from(read).toString()).toBe('hello');
  });

  it('is not followed by another answer on its connection', async () => {
    let connections = 0;
    const origin = await serveBytes((socket) => {
      connections += 1;
      const framed = `${length}Transfer-Encoding: chunked\r\n`;
      socket.write(`${ok}${framed}\r\n${chunks}${ok}Content-Length: 4\r\n\r\nevil`);
    });
    const fetcher = localFetcher();
    for (let index = 0; index < 2; index += 1) {
      const { body: read } = await fetcher.fetch({ url: origin });
      expect(Buffer.from(read).toString()).toBe('hello');
    }
    expect(connections).toBe(2);
  });

  it('keeps the values of its headers', async () => {
    const origin = await serveBytes((socket) => {
      socket.end(
        `${ok}Content-Type : text/html;\r\n charset=koi8-r\r\nX-A: 1\r\nX-A: 2\r\nno colon\r\n${length}${body}`,
      );
    });
    const { headers } = await localFetcher().fetch({ url: origin });
    expect(headers).toMatchObject({ 'content-type': 'text/html; charset=koi8-r', 'x-a': '1, 2' });
  });
});

describe('readHead', () => {
  it('leaves a head alone that is as it should be', () => {
    const text = `${ok}Content-Type: text/html\r\nX-Empty:\r\n${length}\r\n`;
    expect(readHead(Buffer.from(`${text}hello`))).toEqual({
      state: 'read',
      text,
      bytes: text.length,
      isRepaired: false,
      isChunked: false,
      length: 5,
    });
  });

  it('comes to the same however the bytes are cut', () => {
    const line = fc.constantFrom(
      'A: b',
      'A : b',
      'none',
      'Content-Length: 5',
      'Transfer-Encoding: chunked',
      ': x',
    );
    const end = fc.constantFrom('\r\n', '\n');
    fc.assert(
      fc.property(fc.array(fc.tuple(line, end)), end, fc.nat(), (lines, last, cut) => {
        const text = `HTTP/1.1 200 OK\r\n${lines.flat().join('')}${last}`;
        const whole = readHead(Buffer.from(`${text}body`));
        expect(whole).toEqual(expect.objectContaining({ state: 'read', bytes: text.length }));
        const part = readHead(Buffer.from(text).subarray(0, cut % text.length));
        expect(part).toEqual({ state: 'incomplete' });
      }),
    );
  });

  it.each(['\r', '\n\r', ' \n', 'a:\n', ':'])('reads 64 KiB of %j in linear time', (part) => {
    const bytes = Buffer.from(`HTTP/1.1 200 OK\n${part.repeat(64_000 / part.length)}x\n\n`);
    expect(cpuMsOf(() => void readHead(bytes))).toBeLessThan(1_000);
  });

  it('makes one that needs no repair', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary' })), (lines) => {
        const head = readHead(Buffer.from(`HTTP/1.1 200 OK\n${lines.join('\n')}\n\n`, 'latin1'));
        if (head.state !== 'read') return;
        expect(readHead(Buffer.from(head.text, 'latin1'))).toMatchObject({ isRepaired: false });
      }),
    );
  });
});
