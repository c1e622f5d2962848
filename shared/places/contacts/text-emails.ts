/** Candidates for addresses in a page's text, which are not validated here. Runs in linear time. */
export function addressesInText(text: string): string[] {
  const found = new Set<string>();
  for (let at = text.indexOf('@'); at !== -1; at = text.indexOf('@', at + 1)) {
    add(found, localBefore(text, at), domainIn(text.slice(at + 1, at + 1 + maxDomainChars)));
  }
  for (const match of text.matchAll(bracketedAt)) {
    const [sign] = match;
    const rest = text.slice(match.index + sign.length, match.index + sign.length + maxDomainChars);
    const domain = domainIn(rest.replace(bracketedDot, '.'));
    const isProse = /^\s|\s$/.test(sign) && !sign.includes('[') && !hiddenDotNext.test(rest);
    if (!isProse) add(found, localBefore(text, match.index), domain);
  }
  return [...found];
}

/** A page with more addresses is a directory. */
const maxAddresses = 200;
const maxDomainChars = 254;
const maxLocalChars = 64;

/** `(at)` between spaces may be prose: it counts if written `[at]`, or if the dot is obfuscated too. */
const bracketedAt = /(?<=[\w-])\s?[[({]\s?(?:at|ät|@)\s?[\])}]\s?(?=[\p{L}\p{N}])/giu;
const hiddenDotNext = /^[\p{L}\p{N}-]{1,63}\s?[[({]\s?(?:dot|punkt|\.)\s?[\])}]/iu;
const bracketedDot = /\s?[[({]\s?(?:dot|punkt|\.)\s?[\])}]\s?/giu;

function add(found: Set<string>, local: string, domain: string | undefined): void {
  if (local !== '' && domain !== undefined && found.size < maxAddresses) found.add(`${local}@${domain}`);
}

function localBefore(text: string, at: number): string {
  let start = at;
  // Reads one character more than allowed, so that a name that is too long is refused rather than cut.
  while (at - start <= maxLocalChars && /[\w.%+&'-]/.test(text.charAt(start - 1))) start -= 1;
  return text.slice(start, at).replace(/^(?:%20|[.%+&'-])+/, '');
}

/** The top-level domain has ASCII letters only, so that a word in another script may follow without a space. */
function domainIn(text: string): string | undefined {
  return /^(?:[\p{L}\p{N}][\p{L}\p{N}-]{0,62}\.)+(?:xn--[a-z0-9-]{2,59}|[a-z]{2,24})(?![a-z0-9])/iu.exec(
    text,
  )?.[0];
}
