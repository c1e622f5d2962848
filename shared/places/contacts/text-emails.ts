/** What looks like an address in a text of a page, undecided whether it is one. Linear in the text. */
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

/** A page that has more is a directory. */
const maxAddresses = 200;
const maxDomainChars = 254;
const maxLocalChars = 64;

/** `(at)` between spaces may be prose: it counts with `[at]`, or where the dot is hidden too. */
const bracketedAt = /(?<=[\w-])\s?[[({]\s?(?:at|ät|@)\s?[\])}]\s?(?=[\p{L}\p{N}])/giu;
const hiddenDotNext = /^[\p{L}\p{N}-]{1,63}\s?[[({]\s?(?:dot|punkt|\.)\s?[\])}]/iu;
const bracketedDot = /\s?[[({]\s?(?:dot|punkt|\.)\s?[\])}]\s?/giu;

function add(found: Set<string>, local: string, domain: string | undefined): void {
  if (local !== '' && domain !== undefined && found.size < maxAddresses) found.add(`${local}@${domain}`);
}

function localBefore(text: string, at: number): string {
  let start = at;
  // One more than may be: what goes on there is too long, not an address with its beginning cut off.
  while (at - start <= maxLocalChars && /[\w.%+&'-]/.test(text.charAt(start - 1))) start -= 1;
  return text.slice(start, at).replace(/^(?:%20|[.%+&'-])+/, '');
}

/** The top-level domain is of ASCII letters, so that a word of another script may follow at once. */
function domainIn(text: string): string | undefined {
  return /^(?:[\p{L}\p{N}][\p{L}\p{N}-]{0,62}\.)+(?:xn--[a-z0-9-]{2,59}|[a-z]{2,24})(?![a-z0-9])/iu.exec(
    text,
  )?.[0];
}
