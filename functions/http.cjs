/**
 * `node:http` in the bundles. An ES module's import of it reads all its exports, one of which is a
 * getter that loads Node's own fetch: a fifth of the start-up time, for nothing.
 */
module.exports = process.getBuiltinModule('node:http');
