/** The two classes of undici that the fetcher uses. Why not its entry: docs/decisions/part-of-undici.md. */
exports.buildConnector = require('undici/lib/core/connect.js');
exports.Pool = require('undici/lib/dispatcher/pool.js');
