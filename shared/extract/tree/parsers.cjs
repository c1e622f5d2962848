/**
 * The packages that read and write trees, with the packages that those bring along. Loaded by the first page that needs a
 * tree, since most jobs are read in one pass, and forty files of a start are these.
 */
exports.loadParse5 = () => require('parse5');
exports.loadTreeAdapter = () => require('parse5-htmlparser2-tree-adapter').adapter;
exports.loadXmlParser = () => require('htmlparser2').Parser;
exports.loadXmlSerialiser = () => require('dom-serializer').default;
exports.loadTreeTools = () => require('domutils');
