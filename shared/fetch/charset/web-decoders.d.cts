export function loadDecoders(): typeof import('@exodus/bytes/encoding.js');
