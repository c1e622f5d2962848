/** The path of a field whatever its place in a list: `variants[].price` of `variants[2].price`. */
export function withoutIndices(path: string): string {
  return path.replaceAll(/\[\d+\]/g, '[]');
}
