let loaded;

/** Loaded by the first XPath expression that is checked or compiled. */
exports.loadXPath = () => {
  loaded ??= require('xpath');
  return loaded;
};
