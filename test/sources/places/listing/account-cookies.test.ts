import { describe, expect, it } from 'vitest';
import { accountCookieIn } from '../../../../shared/sources/places/listing/account-cookies.ts';

describe('accountCookieIn', () => {
  it.each([
    ['SID=a'],
    ['SOCS=x; HSID=a'],
    ['SSID=a; SOCS=x'],
    ['SAPISID=a'],
    ['__Secure-1PSID=a'],
    ['__Secure-3PSID=a'],
    ['__Secure-3PAPISID=a'],
    ['__Secure-1PSIDTS=a'],
    ['sid=a'],
  ])('finds the cookie of an account in %s', (header) => {
    expect(accountCookieIn(header)).toBeTruthy();
  });

  it.each([
    ['SOCS=CAISHAgBEhJnd3NfMjAyNDAx'],
    ['CONSENT=YES+; NID=511; AEC=x; __Secure-ENID=1'],
    ['mySID=1'],
    ['SOCS=SID'],
  ])('finds none in %s', (header) => {
    expect(accountCookieIn(header)).toBeUndefined();
  });
});
