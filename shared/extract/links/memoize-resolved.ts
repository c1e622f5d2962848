import { detach, maxEntries, maxKeyChars } from '../memoize.ts';
import { Address } from './address.ts';
import type { KeptResolution, Resolve } from './reference.ts';
import type { Resolution } from './resolve-url.ts';

/** The resolutions of references that depend on the same part of their base; another object in each generation. */
interface Group {
  young: Map<string, KeptResolution>;
  old: Group['young'];
}

/** The parts of a base URL on which resolutions depend; `undefined` where resolutions must not be kept. */
interface Base {
  url: string;
  /** `https://host`. */
  origin: string | undefined;
  /** With its last slash. */
  directory: string | undefined;
  /** Without query and fragment. */
  path: string | undefined;
  /** The group of references that begin with a slash, kept here since most references do. */
  ofOrigin: Group | undefined;
}

/**
 * Memoizes `resolve` by the reference and the part of the base on which it depends. Keeps at least 50,000 resolutions,
 * at most twice as many, and returns the same object each time, also for other references that lead to the same URL:
 * an address is kept as long as a resolution that led to it.
 */
export function memoizeResolved(resolve: (text: string, baseUrl: string) => Resolution): Resolve {
  const groups = new Map<string, Group>();
  const addresses: { young: Map<string, Address>; old: Map<string, Address> } = {
    young: new Map(),
    old: new Map(),
  };
  let base = splitBase('');
  let size = 0;
  const grow = (): void => {
    size++;
    if (size < maxEntries) return;
    startGeneration(groups);
    addresses.old = addresses.young;
    addresses.young = new Map();
    size = 0;
    base = splitBase('');
  };
  const addressOf = (url: string): Address => {
    const known = addresses.young.get(url);
    if (known !== undefined) return known;
    const address = addresses.old.get(url) ?? new Address(url);
    addresses.young.set(url, address);
    return address;
  };
  const find = (text: string, baseUrl: string, kept: KeptResolution | undefined): KeptResolution => {
    const resolution = kept ?? resolve(text, baseUrl);
    return resolution.url === undefined ? resolution : addressOf(resolution.url);
  };
  return (reference, baseUrl) => {
    if (base.url !== baseUrl) base = splitBase(baseUrl, base);
    const kept = reference.resolution;
    // By its group alone, without a look at its text: one that begins with a slash does so on every page.
    if (kept !== undefined && base.ofOrigin !== undefined && reference.group === base.ofOrigin) return kept;
    const { text } = reference;
    const group = text.length > maxKeyChars ? undefined : groupOf(text, base, groups);
    if (group === undefined) {
      const before = addresses.young.size;
      const resolution = find(text, baseUrl, undefined);
      if (addresses.young.size > before) grow();
      return resolution;
    }
    if (reference.group === group && reference.resolution !== undefined) return reference.resolution;
    const memoized = group.young.get(text);
    reference.group = group;
    reference.resolution = memoized ?? find(text, baseUrl, group.old.get(text));
    if (memoized !== undefined) return memoized;
    group.young.set(detach(text), reference.resolution);
    grow();
    return reference.resolution;
  };
}

/** Deletes the groups that were not written to since the last call; the others become objects that no reference has. */
function startGeneration(groups: Map<string, Group>): void {
  for (const [key, group] of groups) {
    if (group.young.size === 0) groups.delete(key);
    else groups.set(key, { young: new Map(), old: group.young });
  }
}

/** `before`: the last base, which is mostly of the same origin. */
function splitBase(url: string, before?: Base): Base {
  const match = /^(https?:\/\/[^/?#\\\s]+)\/[^?#\\\s]*(?=[?#]|$)/.exec(url);
  const [path, origin] = match ?? [];
  // A last segment of dots stands for another directory (URL Standard, dot segments).
  const hasDirectory = path !== undefined && !/\/(\.|%2e){1,2}$/i.test(path);
  const directory = hasDirectory ? path.slice(0, path.lastIndexOf('/') + 1) : undefined;
  const ofOrigin = origin === before?.origin ? before?.ofOrigin : undefined;
  return { url, origin, directory, path, ofOrigin };
}

/** The group by the rules of the WHATWG URL parser; `undefined` for forms that are too rare to be worth a rule. */
function groupOf(reference: string, base: Base, groups: Map<string, Group>): Group | undefined {
  const first = reference.charCodeAt(0);
  if (first === slash) {
    base.ofOrigin ??= openGroup('origin', base.origin, groups);
    return base.ofOrigin;
  }
  if (reference.startsWith('http://') || reference.startsWith('https://'))
    return openGroup('any', '', groups);
  if (isOfSegment(first)) {
    return mayLackPath.test(reference) ? undefined : openGroup('directory', base.directory, groups);
  }
  return first === question ? openGroup('path', base.path, groups) : undefined;
}

function openGroup(kind: string, part: string | undefined, groups: Map<string, Group>): Group | undefined {
  if (part === undefined) return undefined;
  const key = `${kind} ${part}`;
  const existing = groups.get(key);
  if (existing !== undefined) return existing;
  const group = { young: new Map(), old: new Map() };
  groups.set(key, group);
  return group;
}

/** `http:?a` keeps the path of an http base; tabs and line breaks in a reference do not count. */
const mayLackPath = /^https?:|[\t\n\r]/i;

const slash = 47;
const question = 63;

/** A letter, a digit or one of `%-._~`: the beginning of a scheme or of a relative path. */
function isOfSegment(code: number): boolean {
  const lower = code | 32;
  if (lower >= 97 && lower <= 122) return true;
  return (
    (code >= 48 && code <= 57) || code === 37 || code === 45 || code === 46 || code === 95 || code === 126
  );
}
