import type { FoundLink } from '../types.ts';

/**
 * An address that references of pages lead to: one object for all of them, for as long as `memoizeResolved` keeps it. So
 * what is known of the address is found without looking its URL up once more, which would cost a page more than all
 * else that is done to its links. What is noted on it is private, so that it is no part of a link that is compared,
 * copied or given to a handler.
 */
export class Address implements FoundLink {
  readonly url: string;
  readonly fault = undefined;
  #takenBy = 0;
  #note: object | undefined = undefined;

  constructor(url: string) {
    this.url = url;
  }

  /** `list`: a number that no other list of links has. Was it the last one to take the address? */
  isTakenBy(list: number): boolean {
    return this.#takenBy === list;
  }

  takeBy(list: number): void {
    this.#takenBy = list;
  }

  /** What the reader of links knows of the address: for nobody else, and not kept when the address is not. */
  get note(): object | undefined {
    return this.#note;
  }

  set note(note: object | undefined) {
    this.#note = note;
  }
}
