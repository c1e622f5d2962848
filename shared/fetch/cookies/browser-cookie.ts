/** A cookie as a browser has it. */
export interface BrowserCookie {
  name: string;
  value: string;
  /** With a dot in front where it is of all hosts below, too. */
  domain: string;
  path: string;
  secure: boolean;
  httpOnly: boolean;
  /** Epoch seconds; -1 for one of the browser's own session. */
  expires: number;
}
