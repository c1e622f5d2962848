/** The part of the package that is used. It is installed by projects whose stack has a browser, and by no others. */
declare module '@sparticuz/chromium' {
  const chromium: {
    setGraphicsMode: boolean;
    /** Unpacks Chromium where it is not yet, and returns its path. */
    executablePath(folder?: string): Promise<string>;
  };
  export default chromium;
}
