/** The parts of undici that the fetcher uses. Why not its entry: docs/decisions/part-of-undici.md. */
exports.Client = require('undici/lib/dispatcher/client.js');
/** Under these undici keeps what belongs to a connection. */
const { kConnecting, kHTTP2Session, kParser, kSocket } = require('undici/lib/core/symbols.js');
exports.kConnecting = kConnecting;
exports.kHTTP2Session = kHTTP2Session;
exports.kParser = kParser;
exports.kSocket = kSocket;
