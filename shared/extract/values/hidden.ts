/**
 * Does an element hide its content by these attributes, whatever style sheets and scripts say (HTML Standard, 6.1 and CSS `display`)?
 * Browsers find what is `until-found`.
 */
export function hidesContent(hidden: string | undefined, style: string | undefined): boolean {
  if (hidden !== undefined && hidden.toLowerCase() !== 'until-found') return true;
  return style !== undefined && /(?:^|;)\s{0,9}display\s{0,9}:\s{0,9}none\b/i.test(style);
}
