const xpath = require('xpath');

/** Evaluates an expression with the package's own evaluator, over views of nodes. */
exports.evaluateByPackage = (expression, node) =>
  xpath.parse(expression).evaluate({ node, isHtml: true, namespaces: (prefix) => prefix, functions });

// What the package (0.0.34) does otherwise than XPath 1.0 says, and lxml does:
const { PathExpr, Step, NodeTest, XNodeSet, XNumber, XBoolean } = xpath;

// It takes descendants for `following`, counts ancestors among `preceding`, and finds attributes by the names of elements.
const { applyStep } = PathExpr;
PathExpr.applyStep = (step, context, node) => {
  if (step.axis === Step.FOLLOWING) return following(step, context, node);
  const from = step.axis === Step.PRECEDING ? (node.ownerElement ?? node) : node;
  const found = applyStep(step, context, from);
  if (step.axis === Step.PRECEDING) return found.filter((one) => !isAround(one, from));
  const takesAttributes = step.axis === Step.ATTRIBUTE || step.nodeTest.type === NodeTest.NODE;
  return takesAttributes ? found : found.filter(({ nodeType }) => nodeType !== 2);
};

function following(step, context, node) {
  context.contextNode = node;
  const found = [];
  let next = node.ownerElement?.firstChild ?? afterAll(node.ownerElement ?? node);
  while (next !== null) {
    if (step.nodeTest.matches(next, context)) found.push(next);
    next = next.firstChild ?? afterAll(next);
  }
  return found;
}

function afterAll(node) {
  let at = node;
  while (at !== null && at.nextSibling === null) at = at.parentNode;
  return at === null ? null : at.nextSibling;
}

function isAround(one, node) {
  for (let at = node.parentNode; at !== null; at = at.parentNode) if (at === one) return true;
  return false;
}

// A number is what JavaScript takes for one where it is made of nodes, `5.` is none, and no-break spaces are white space.
XNumber.prototype.parse = (text) =>
  /^[\t\n\r ]*-?(?:\d+(?:\.\d*)?|\.\d+)[\t\n\r ]*$/.test(text) ? Number(text) : Number.NaN;
XNodeSet.prototype.number = function () {
  return new XNumber(this.stringValue());
};
XNodeSet.prototype.numberValue = function () {
  return this.number().numberValue();
};

// Truth is compared with the truth of nodes, not with each of them.
for (const name of ['lessthan', 'greaterthan', 'lessthanorequal', 'greaterthanorequal']) {
  const compare = XBoolean.prototype[name];
  XBoolean.prototype[name] = function (other) {
    return compare.call(this, other instanceof XNodeSet ? other.bool() : other);
  };
  const compareNodes = XNodeSet.prototype[name];
  XNodeSet.prototype[name] = function (other) {
    return other instanceof XBoolean ? this.bool()[name](other) : compareNodes.call(this, other);
  };
}

const stringOf = (node) => XNodeSet.prototype.stringForNode(node);

// It counts units of UTF-16, and has no functions of parsel and EXSLT.
const ownFunctions = {
  'string-length': ({ contextNode }, text) => [...(text ? text.stringValue() : stringOf(contextNode))].length,
  substring: (_context, text, from, length) => {
    const first = Math.round(from.numberValue());
    const end = length === undefined ? Number.POSITIVE_INFINITY : first + Math.round(length.numberValue());
    return [...text.stringValue()].filter((_, index) => index + 1 >= first && index + 1 < end).join('');
  },
  'has-class': ({ contextNode }, ...names) => {
    const classes = (contextNode.getAttribute?.('class') ?? '').split(/\s+/);
    return names.every((name) => classes.includes(name.stringValue()));
  },
};

function functions(name, namespace) {
  return namespace === '' && Object.hasOwn(ownFunctions, name) ? ownFunctions[name] : undefined;
}
