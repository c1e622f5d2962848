/** The parts of undici that the fetcher uses. Why not its entry: docs/decisions/part-of-undici.md. */
exports.buildConnector = require('undici/lib/core/connect.js');
exports.Pool = require('undici/lib/dispatcher/pool.js');
/** Under these undici keeps what belongs to a connection. */
const { kHTTP2Session, kParser, kSocket } = require('undici/lib/core/symbols.js');
exports.kHTTP2Session = kHTTP2Session;
exports.kParser = kParser;
exports.kSocket = kSocket;
