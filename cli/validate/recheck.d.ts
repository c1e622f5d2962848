/** recheck in JavaScript alone: its main entry starts a JVM or a program of its own where it finds one. */
declare module 'recheck/lib/browser.js' {
  const recheck: Pick<typeof import('recheck'), 'checkSync'>;
  export default recheck;
}
