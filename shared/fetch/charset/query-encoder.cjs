/**
 * Percent-encoding in the encodings of the web (URL Standard, "percent-encode after encoding"): Node encodes
 * to UTF-8 alone. Loaded by the first link with such a query on a page that is not in UTF-8.
 */
exports.loadQueryEncoder = () => {
  // It brings the encodings of more than one byte a character.
  require('@exodus/bytes/encoding.js');
  return require('@exodus/bytes/whatwg.js').percentEncodeAfterEncoding;
};
