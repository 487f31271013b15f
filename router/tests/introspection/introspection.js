// What the reference implementation makes of the router's introspection.
// node introspection.js operations           prints the operations to ask
// node introspection.js compare <answers>    compares the answers; says what differs
const fs = require('node:fs');
const path = require('node:path');
const { isDeepStrictEqual } = require('node:util');
const {
  buildClientSchema, buildSchema, executeSync, getIntrospectionQuery, lexicographicSortSchema,
  parse, printSchema, specifiedDirectives, specifiedScalarTypes, validate, validateSchema,
} = require('graphql');

const OPTIONS = ['descriptions', 'specifiedByUrl', 'directiveIsRepeatable', 'schemaDescription',
  'inputValueDeprecation', 'oneOf'];
const VARIABLES = { nobody: 'Nobody' };

/** Introspection with all options, with none, and with each of them alone. */
function operations() {
  const all = Object.fromEntries(OPTIONS.map((option) => [option, true]));
  const none = Object.fromEntries(OPTIONS.map((option) => [option, false]));
  const sets = [all, none, ...OPTIONS.map((option) => ({ ...none, [option]: true }))];
  const introspections = sets.map((options) => (
    { query: getIntrospectionQuery(options), isIntrospection: true }));
  const query = fs.readFileSync(path.join(__dirname, 'operations.graphql'), 'utf8');
  const names = [...query.matchAll(/^query (\w+)/gm)].map((match) => match[1]);
  return [...introspections, ...names.map((operationName) => (
    { query, operationName, variables: VARIABLES, isIntrospection: false }))];
}

const BUILT_IN = new Set([...specifiedDirectives, ...specifiedScalarTypes].map(({ name }) => name));

/**
 * A value without what every schema has, and without the order of lists, which is free. Default
 * values are compared where a client schema has coerced them.
 */
function canonical(value, key) {
  if (Array.isArray(value)) {
    const own = value.filter((item) => !(item?.name?.startsWith?.('__') || BUILT_IN.has(item?.name)));
    const items = own.map((item) => [JSON.stringify(canonical(item)), canonical(item)]);
    return items.sort(([a], [b]) => (a < b ? -1 : Number(a > b))).map(([, item]) => item);
  }
  if (value && typeof value === 'object') {
    const sorted = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
    return Object.fromEntries(sorted.map(([name, inner]) => [name, canonical(inner, name)]));
  }
  return key === 'defaultValue' ? value !== null : value;
}

const sorted = (schema) => printSchema(lexicographicSortSchema(schema));

/** What is wrong with the answers to one schema. */
function faults({ sdl, answers }) {
  const schema = buildSchema(sdl);
  const invalid = validateSchema(schema);
  if (invalid.length > 0) return invalid.map(String);
  const all = operations();
  if (answers.length !== all.length) return [`${answers.length} answers to ${all.length} operations`];
  return all.flatMap((operation, index) => {
    const { query, operationName, variables: variableValues, isIntrospection } = operation;
    const document = parse(query);
    const say = (what) => `${what}: ${operationName ?? query.slice(0, 900)}`;
    const errors = validate(schema, document);
    if (errors.length > 0) return errors.map(String);
    const expected = executeSync({ schema, document, operationName, variableValues });
    const { data, errors: refusals } = answers[index];
    if (refusals || expected.errors) return [say(JSON.stringify([refusals, expected.errors]))];
    const found = [];
    if (!isDeepStrictEqual(canonical(data), canonical(JSON.parse(JSON.stringify(expected.data))))) {
      found.push(say(`${JSON.stringify(canonical(data))}\nexpected\n${JSON.stringify(canonical(expected.data))}`));
    }
    if (isIntrospection && sorted(buildClientSchema(data)) !== sorted(buildClientSchema(expected.data))) {
      found.push(say(`${sorted(buildClientSchema(data))}\nexpected\n${sorted(schema)}`));
    }
    if (isIntrospection && index === 0 && sorted(buildClientSchema(data)) !== sorted(schema)) {
      found.push(say('not the schema that is printed'));
    }
    return found;
  });
}

const [command, file] = process.argv.slice(2);
if (command === 'operations') {
  console.log(JSON.stringify(operations()));
} else {
  const schemas = JSON.parse(fs.readFileSync(file, 'utf8'));
  let count = 0;
  for (const schema of schemas) {
    for (const fault of faults(schema)) {
      console.error(`## ${schema.name}\n${fault.slice(0, 3000)}\n`);
      process.exitCode = 1;
    }
    count += schema.answers.length;
  }
  console.log(`${count} answers of ${schemas.length} schemas compared`);
}
