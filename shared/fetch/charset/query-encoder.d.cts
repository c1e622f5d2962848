export function loadQueryEncoder(): typeof import('@exodus/bytes/whatwg.js').percentEncodeAfterEncoding;
