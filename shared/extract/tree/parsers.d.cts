export function loadParse5(): typeof import('parse5');
export function loadTreeAdapter(): typeof import('parse5-htmlparser2-tree-adapter').adapter;
export function loadXmlParser(): typeof import('htmlparser2').Parser;
export function loadXmlSerialiser(): typeof import('dom-serializer').default;
export function loadTreeTools(): typeof import('domutils');
