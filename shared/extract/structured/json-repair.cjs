/** Loaded by the first page whose JSON-LD is broken. */
exports.loadJsonRepair = () => require('jsonrepair').jsonrepair;
