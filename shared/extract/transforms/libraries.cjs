/** Loaded by the first job that has a step that needs them. */
exports.loadLuxon = () => require('luxon');
exports.loadPhones = () => require('libphonenumber-js/min');
