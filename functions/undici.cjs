/**
 * What the project takes of undici, put in its place in the bundles: its whole, with the fetch API,
 * WebSockets and mocks, would double them and their start-up time.
 */
module.exports = {
  Agent: require('../node_modules/undici/lib/dispatcher/agent.js'),
  buildConnector: require('../node_modules/undici/lib/core/connect.js'),
};
