/** Names of the cookies of a signed-in Google account, as Google's page on its cookies has them. */
const ofAccount = /^(?:__(?:Secure|Host)-)?(?:\dP)?(?:[HSLO]?SID|S?APISID|SIDCC|SIDR?TS|ACCOUNT_CHOOSER)$/i;

/** The first cookie of a `Cookie` header that belongs to a signed-in account. */
export function accountCookieIn(header: string): string | undefined {
  return header
    .split(';')
    .map((pair) => (pair.split('=')[0] ?? '').trim())
    .find((name) => ofAccount.test(name));
}
