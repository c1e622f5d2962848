import type { FollowRule } from '../../job/schema.ts';

/** A link rule, or one that only counts the links that another leaves out. */
export type CountedRule = FollowRule & {
  isRefused?: true;
  /** The place among the job's rules of the one whose links it counts. */
  of?: number;
};

/** The selector of a rule that gives none. */
export const defaultLinks = 'a[href]';
