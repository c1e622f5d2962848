/** A compiled regular expression of a job, as far as jobs ask. */
export interface RegexSearch {
  test(text: string): boolean;
  /** The text of the first group, or of an expression without groups all of it; nothing where it finds nothing. */
  find(text: string): string | undefined;
}
