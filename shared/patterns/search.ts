/** A compiled regular expression of a job, as far as every engine answers. */
export interface FirstMatchSearch {
  test(text: string): boolean;
  /** The text of the first group, or of an expression without groups all of it; nothing where it finds nothing. */
  find(text: string): string | undefined;
}

/** A compiled regular expression of a job, as far as jobs ask. */
export interface RegexSearch extends FirstMatchSearch {
  /**
   * All that it finds, one after the other. V8 alone has all groups: it searches, on long texts under its watchdog, and then
   * may throw `DropError` REGEX_TIMEOUT.
   */
  all(text: string): Match[];
}

export interface Match {
  /** Where it begins, in UTF-16 units. */
  index: number;
  /** All of it, then its groups. */
  parts: (string | undefined)[];
}
