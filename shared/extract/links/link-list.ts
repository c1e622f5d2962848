import type { DropError } from '../../errors.ts';
import type { References } from '../scan/scan-match.ts';
import type { Extraction, FoundLink, LinkRefusal, MoreLinks, Undecided } from '../types.ts';
import type { Address } from './address.ts';
import { encodeQuery } from './encode-query.ts';
import { Reference, type Resolve } from './reference.ts';
import type { PageBase } from './resolve-url.ts';

/** The references that one rule selects. */
export interface LinkRule {
  label: string | undefined;
  /** Of all of its links; each may bear one of its own (`References.priorities`). */
  priority: number | undefined;
  /** Its place among the rules of the label, or that of the rule whose links it counts. */
  of: number;
  resolve: Resolve;
  /** Tests a URL against the rule's patterns; `undefined` for a rule without any. An error where a regex took too long. */
  isWanted: ((url: string) => boolean | DropError) | undefined;
  /** Its links are not followed, unless another rule selects them, but counted. */
  isRefused?: true;
}

/** The part of an extraction that is about links. */
export type FoundLinks = Pick<Extraction, 'links' | 'moreLinks' | 'refused' | 'undecided' | 'idleRules'>;

/** The number of links of a page that are made absolute in the first step: few pages have more. */
const firstLinks = 2_000;

/** The number of URLs that are reported if a regex takes too long on them. */
const maxReportedUrls = 10;

export function noLinks(): FoundLinks {
  return { links: [] };
}

/**
 * The links that the rules select, each URL once, with the label of the first rule that selects it. They are in document
 * order, except on pages with very many links, where they are in the order of the rules. `unread`: the places of rules
 * that are for pages of another kind.
 */
export function listLinks(
  rules: LinkRule[],
  references: References[],
  base: PageBase,
  unread: readonly number[],
): FoundLinks {
  const list = new LinkList(rules, references, base);
  const links = list.take(firstLinks);
  const found: FoundLinks = { links };
  if (list.left() > 0) found.moreLinks = list;
  // The links of a single rule are in document order already.
  else if (rules.filter(({ isRefused }) => !isRefused).length > 1)
    found.links = inOrder(links, list.positions);
  if (list.hasRefused) found.refused = list.refused;
  if (list.hasUndecided) found.undecided = list.undecided;
  const hasIdle = list.left() === 0 && (unread.length > 0 || list.hasIdle);
  if (hasIdle) found.idleRules = [...list.idle(), ...unread];
  return found;
}

/** References that are no links, and URLs that no rule has selected so far. */
interface LeftOut {
  /** URLs that the patterns of all rules so far have refused. */
  unwanted: Set<string>;
  /** URLs on which the regex of a rule took too long, with what it says. */
  undecided: Map<string, string>;
  faulty: Set<string>;
  nofollow: Set<string>;
}

let lists = 0;

class LinkList implements MoreLinks {
  readonly refused: NonNullable<Extraction['refused']> = {};
  hasRefused = false;
  /** The location of each selected link in its page. */
  readonly positions: number[] = [];
  readonly #rules: LinkRule[];
  readonly #references: References[];
  readonly #base: PageBase;
  readonly #number = ++lists;
  /** URLs that were taken, on a page with more references than are sure to lead to the same objects. */
  readonly #taken: Set<string> | undefined;
  /** What is not followed. Absent on most pages, on which everything is. */
  #leftOut: LeftOut | undefined;
  /** By the places of the job's rules: those that have found a link. */
  readonly #met: true[] = [];
  #rule = 0;
  #entry = 0;

  constructor(rules: LinkRule[], references: References[], base: PageBase) {
    this.#rules = rules;
    this.#references = references;
    this.#base = base;
    const count = references.reduce((sum, { found }) => sum + found.length, 0);
    this.#taken = count > firstLinks ? new Set() : undefined;
  }

  take(most: number): FoundLink[] {
    const links: FoundLink[] = [];
    while (this.#rule < this.#rules.length && links.length < most) {
      this.#takeOfRule(links, most);
    }
    if (this.#leftOut !== undefined) this.#countLeftOut(this.#leftOut);
    return links;
  }

  get hasUndecided(): boolean {
    return this.#leftOut !== undefined && this.#leftOut.undecided.size > 0;
  }

  get undecided(): Undecided[] {
    const all = [...(this.#leftOut?.undecided ?? [])];
    return all.slice(0, maxReportedUrls).map(([url, message]) => ({ url, message }));
  }

  get hasIdle(): boolean {
    return this.#rules.some(({ of, isRefused }) => !(isRefused || this.#met[of]));
  }

  /** The places of the rules that have found no link, of a list that was taken to its end. */
  idle(): number[] {
    return this.#rules.flatMap(({ of, isRefused }) => (isRefused || this.#met[of] ? [] : of));
  }

  left(): number {
    let left = -this.#entry;
    for (let rule = this.#rule; rule < this.#rules.length; rule++) {
      left += this.#references[rule]?.found.length ?? 0;
    }
    return this.#rule < this.#rules.length ? left : 0;
  }

  #takeOfRule(links: FoundLink[], most: number): void {
    const { label, priority, of, resolve, isWanted, isRefused } = this.#rules[this.#rule] as LinkRule;
    const { found, at, priorities } = this.#references[this.#rule] ?? nothing;
    const { url: baseUrl, charset } = this.#base;
    const isUtf8 = charset === 'utf-8';
    let entry = this.#entry;
    for (; entry < found.length && links.length < most; entry++) {
      const reference = found[entry] as Reference;
      const address = resolve(isUtf8 ? reference : encoded(reference, charset), baseUrl);
      const { url } = address;
      if (url === undefined) {
        if (address.fault !== 'samePage') this.#meetFault(address.fault, reference.text);
        continue;
      }
      const verdict = isWanted === undefined ? true : isWanted(url);
      if (verdict !== false) this.#met[of] = true;
      if (verdict !== true) this.#leaveOut(address, verdict);
      else if (isRefused) {
        if (!this.#isTaken(address)) this.#openLeftOut().nofollow.add(url);
      } else if (!this.#isTaken(address)) {
        this.#take(address);
        links.push(linkTo(address, label, priorities?.[entry] ?? priority));
        this.positions.push(at[entry] ?? 0);
      }
    }
    if (entry < found.length) this.#entry = entry;
    else {
      this.#rule += 1;
      this.#entry = 0;
    }
  }

  #isTaken(address: Address): boolean {
    return this.#taken?.has(address.url) ?? address.isTakenBy(this.#number);
  }

  #take(address: Address): void {
    address.takeBy(this.#number);
    this.#taken?.add(address.url);
    this.#leftOut?.unwanted.delete(address.url);
    this.#leftOut?.undecided.delete(address.url);
  }

  #leaveOut(address: Address, verdict: false | DropError): void {
    if (this.#isTaken(address)) return;
    const { url } = address;
    if (verdict === false) this.#openLeftOut().unwanted.add(url);
    else this.#openLeftOut().undecided.set(url, verdict.message);
  }

  #meetFault(fault: LinkRefusal, reference: string): void {
    const { faulty } = this.#openLeftOut();
    if (faulty.has(reference)) return;
    faulty.add(reference);
    this.#refuse(fault, (this.refused[fault] ?? 0) + 1);
  }

  #openLeftOut(): LeftOut {
    this.#leftOut ??= {
      unwanted: new Set(),
      undecided: new Map(),
      faulty: new Set(),
      nofollow: new Set(),
    };
    return this.#leftOut;
  }

  #countLeftOut({ unwanted, undecided, nofollow }: LeftOut): void {
    if (unwanted.size > 0 || this.refused.pattern !== undefined) this.#refuse('pattern', unwanted.size);
    if (nofollow.size > 0) this.#refuse('nofollow', nofollow.size);
    if (undecided.size > 0 || this.refused.regex !== undefined) this.#refuse('regex', undecided.size);
  }

  #refuse(reason: LinkRefusal, count: number): void {
    this.refused[reason] = count;
    this.hasRefused = true;
  }
}

function linkTo(address: Address, label: string | undefined, priority: number | undefined): FoundLink {
  const { url } = address;
  if (priority === undefined) return label === undefined ? address : { url, label };
  return label === undefined ? { url, priority } : { url, label, priority };
}

function encoded(reference: Reference, charset: string): Reference {
  const text = encodeQuery(reference.text, charset);
  return text === reference.text ? reference : new Reference(text);
}

const nothing: References = { at: [], found: [] };

function inOrder(links: FoundLink[], positions: number[]): FoundLink[] {
  const placed = links.map((link, index) => ({ link, at: positions[index] ?? 0 }));
  return placed.sort((one, other) => one.at - other.at).map(({ link }) => link);
}
