/** SVG's elements whose names have capitals (HTML Standard, 13.2.6.5). */
const names =
  'altGlyph altGlyphDef altGlyphItem animateColor animateMotion animateTransform clipPath feBlend feColorMatrix ' +
  'feComponentTransfer feComposite feConvolveMatrix feDiffuseLighting feDisplacementMap feDistantLight feFlood ' +
  'feFuncA feFuncB feFuncG feFuncR feGaussianBlur feImage feMerge feMergeNode feMorphology feOffset fePointLight ' +
  'feSpecularLighting feSpotLight feTile feTurbulence foreignObject glyphRef linearGradient radialGradient textPath';

const spelled = new Map(names.split(' ').map((name) => [name.toLowerCase(), name]));

/** A name in lower case as the tree has it. */
export function svgNameOf(name: string): string {
  return spelled.get(name) ?? name;
}
