/** Loaded by the first job that has a step for dates. */
exports.loadLuxon = () => require('luxon');
