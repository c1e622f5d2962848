import { micromark } from 'micromark';
import { gfm, gfmHtml } from 'micromark-extension-gfm';

/** Markdown as HTML, by a library that passes the tests of CommonMark and GFM. HTML in it counts, as on GitHub. */
export function renderMarkdown(markdown: string, { autolinks = true } = {}): string {
  return micromark(markdown, {
    allowDangerousHtml: true,
    allowDangerousProtocol: true,
    extensions: autolinks ? [gfm()] : [gfm(), withoutAutolinks],
    htmlExtensions: [gfmHtml()],
  });
}

/** GFM makes links of bare URLs. */
const withoutAutolinks = { disable: { null: ['wwwAutolink', 'protocolAutolink', 'emailAutolink'] } };
