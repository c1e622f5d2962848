import { describe, expect, it } from 'vitest';
import { authorityOf, readProxyAddress } from '../../shared/schema/proxy-address.ts';

describe('readProxyAddress', () => {
  it.each([
    ['http://proxy.example:8080', 'http', 'proxy.example', 8080, undefined, undefined],
    ['HTTPS://Proxy.Example/', 'https', 'proxy.example', 443, undefined, undefined],
    ['socks5://10.0.0.1', 'socks5', '10.0.0.1', 1080, undefined, undefined],
    ['socks5://h:80', 'socks5', 'h', 80, undefined, undefined],
    ['http://h', 'http', 'h', 80, undefined, undefined],
    ['proxy.example:3128', 'http', 'proxy.example', 3128, undefined, undefined],
    ['http://[2001:db8::1]:3128', 'http', '2001:db8::1', 3128, undefined, undefined],
    ['http://bücher.example:1', 'http', 'xn--bcher-kva.example', 1, undefined, undefined],
    ['http://ann:pass@h:1', 'http', 'h', 1, 'ann', 'pass'],
    ['http://ann@h:1', 'http', 'h', 1, 'ann', ''],
    ['http://ann:p%40ss%2F@h:1', 'http', 'h', 1, 'ann', 'p@ss/'],
    ['http://ann:50%@h:1', 'http', 'h', 1, 'ann', '50%'],
    ['http://ann:p@ss:w/o#?@h:1', 'http', 'h', 1, 'ann', 'p@ss:w/o#?'],
    ['ann:pass@h:1', 'http', 'h', 1, 'ann', 'pass'],
    ['h:1:ann:p@ss:w%41rd/', 'http', 'h', 1, 'ann', 'p@ss:w%41rd/'],
  ])('reads %s', (text, scheme, hostname, port, user, password) => {
    const wanted = { scheme, hostname, port, ...(user === undefined ? {} : { user, password }) };
    expect(readProxyAddress(text)).toEqual(wanted);
  });

  it.each([
    ['', 'a proxy such as'],
    ['ftp://h:1', 'a proxy such as'],
    ['http://', 'a proxy such as'],
    ['http://h:99999', 'a proxy such as'],
    ['http://h:0', 'no port 0'],
    ['http://h:1/path', 'a proxy such as'],
    ['http://h:1?q', 'a proxy such as'],
    ['socks5h://h:1', 'resolve: proxy'],
    ['socks4://h:1', 'socks5://'],
    [`socks5://ann:${'x'.repeat(256)}@h:1`, '255 bytes'],
    ['http://a%3Ab:pass@h:1', 'a user without ":"'],
  ])('says what is wrong with %s, and repeats nothing of it', (text, fault) => {
    const read = readProxyAddress(text);
    expect(read).toEqual({ fault: expect.stringContaining(fault) });
    expect(JSON.stringify(read)).not.toContain('pass@');
  });
});

it('an authority has the brackets of IPv6', () => {
  expect([authorityOf('::1', 80), authorityOf('1.2.3.4', 80)]).toEqual(['[::1]:80', '1.2.3.4:80']);
});
