/**
 * The extension of the last segment of the path; undefined for `File:a.png`, which is a wiki's page about a file.
 */
export function extensionOf(url: string): string | undefined {
  const end = url.search(/[?#]/);
  const path = end === -1 ? url : url.slice(0, end);
  const slash = path.lastIndexOf('/');
  // The part after the scheme is no path.
  if (slash < path.indexOf('//') + 2) return undefined;
  const point = path.lastIndexOf('.');
  if (point <= slash || path.indexOf(':', slash) !== -1) return undefined;
  return path.slice(point + 1).toLowerCase();
}
