/**
 * The decoders of the Encoding Standard. Node's own are ICU's, which know another EUC-KR, Big5 and
 * windows-1252. Loaded by the first page that is not in UTF-8: it takes 15 ms.
 */
exports.loadDecoders = () => require('@exodus/bytes/encoding.js');
