/** Numbering plans of all countries: loaded by the first telephone number that is read. */
exports.loadPhones = () => require('libphonenumber-js/min');
