/** Parameters that hold the id of a session, whatever their value: PHP, Java, ASP, ColdFusion, osCommerce, Zen Cart, xt:Commerce. */
const alwaysIds = /^(?:phpsessid|jsessionid|aspsessionid[a-z]{0,8}|cfid|cftoken|oscsid|zenid|xtcsid)$/i;

/** Names that also mean other things: only with the value of an id (phpBB, MyBB, vBulletin and sites of their own). */
const oftenIds = /^(?:sid|session_?id|sess_?id|session_?key)$/i;

/** 20 characters and more, with digits and letters; or 32 and more hexadecimal digits. */
const idValue = /^(?:(?=[a-z,-]*\d)(?=[\d,-]*[a-z])[a-z\d,-]{20,128}|[\da-f]{32,128})$/i;

/** Of vBulletin: the name is short, so that the value decides. */
const shortName = /^s$/i;
const hexValue = /^[\da-f]{32}$/i;

/** The `name=value` of a query is the id of a visitor's session, which tells no pages apart. */
export function isSessionId(parameter: string): boolean {
  const end = parameter.indexOf('=');
  if (end < 1) return false;
  const name = parameter.slice(0, end);
  if (alwaysIds.test(name)) return true;
  if (oftenIds.test(name)) return idValue.test(parameter.slice(end + 1));
  return shortName.test(name) && hexValue.test(parameter.slice(end + 1));
}

/** A parameter of a segment (`;jsessionid=…`: Java servlets, section "URL Rewriting"). */
const pathParameter = /;(?:jsessionid|phpsessid|sid)=[^/?#;]*/gi;

/** A segment such as `(S(lit3py55t21z5v55vlm25s55))` of ASP.NET (cookieless sessions), others beside it: `(X(1)S(…))`. */
const aspNetSegment = /\/\((?:[A-Z]\([\w-]*\))*S\([a-z\d]{24}\)(?:[A-Z]\([\w-]*\))*\)(?=\/)/g;

/** The path of an address, without ids of sessions in it. */
export function withoutSessionIds(path: string): string {
  const whole = path.includes(';') ? path.replace(pathParameter, '') : path;
  return whole.includes('/(') ? whole.replace(aspNetSegment, '') : whole;
}
