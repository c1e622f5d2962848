/**
 * What the stack's key of KMS wraps keys for. `sessions`: one key for all sessions of the stack, but those of jobs with pages that are read in
 * a browser: `sessionsInBrowser`, the only one that functions with a browser may open. `files`: one for each file with secrets that a command
 * brings to the bucket.
 */
export type WrappedUse = SessionsUse | 'files';

/** Which sessions a key is for. */
export type SessionsUse = 'sessions' | 'sessionsInBrowser';

/** The name by which policies recognise the product's own requests among all that are made with the key. */
export const wrappingMark = 'spinneret';

/**
 * The encryption context (KMS): a key that was wrapped for one use or stack is unwrapped for no other, and policies allow
 * each use by itself. It stands in the account's logs, so that it names nothing secret.
 */
export function wrappingContext(use: WrappedUse, stack: string): Record<string, string> {
  return { [wrappingMark]: use, stack };
}

/** What a file is sealed for: it opens in place of no other, nor in another run. */
export function fileSeal(run: string, path: string): string {
  return `file ${run} ${path}`;
}
