/** What the site answers. Without quotes, dollars and line feeds, so that it fits into a server's configuration. */
export const robotsTxt = 'User-agent: *\\nDisallow: /private/\\nDisallow: /*.pdf\\n';

const paragraph =
  '<p>A page of plain words, as long as a short product page without its menus: <b>bold</b>, <a href=/about>a link</a>, and text.</p>';

/** About 2 KB; its title names its path. */
export function pageHtml(path: string): string {
  return `<!doctype html><html><head><title>Page ${path}</title></head><body><h1>Page ${path}</h1>${paragraph.repeat(14)}</body></html>`;
}
