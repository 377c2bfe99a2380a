// Reads lines {"name", "schema", "decides", "values"} and judges every value by ajv (formats asserted) and by
// @hyperjump/json-schema (formats are notes, so a schema that decides by a format is not asked of it).
// Prints one line of JSON for each value that a validator refuses, for each schema that one cannot read, and a sum at the end.
import { createInterface } from "node:readline";
import Ajv from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { registerSchema, unregisterSchema, validate } from "@hyperjump/json-schema/draft-2020-12";

const dialect = "https://json-schema.org/draft/2020-12/schema";
const sum = { schemas: 0, values: 0, ajv: 0, hyperjump: 0 };

function tell(line) {
  process.stdout.write(JSON.stringify(line) + "\n");
}

function ajvJudge(schema) {
  const ajv = addFormats(new Ajv({ strict: false, logger: false }));
  const check = ajv.compile(schema);
  return (value) => (check(value) ? null : ajv.errorsText(check.errors));
}

async function hyperjumpJudge(schema, id) {
  registerSchema({ $schema: dialect, ...schema }, id);
  try {
    const check = await validate(id);
    return (value) => {
      const output = check(value, "BASIC");
      return output.valid ? null : (output.errors ?? []).map((e) => `${e.instanceLocation} ${e.keyword}`).join(", ");
    };
  } finally {
    unregisterSchema(id);
  }
}

async function judge(who, name, make, values) {
  let check;
  try {
    check = await make();
  } catch (error) {
    tell({ who, name, unread: String(error.message ?? error) });
    return;
  }
  sum[who]++;
  for (const value of values) {
    const refused = check(value);
    if (refused) {
      tell({ who, name, refused, value });
      return;
    }
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  const { name, schema, decides, values } = JSON.parse(line);
  sum.schemas++;
  sum.values += values.length;
  await judge("ajv", name, () => ajvJudge(schema), values);
  if (!decides) {
    await judge("hyperjump", name, () => hyperjumpJudge(schema, `https://example.test/${sum.schemas}`), values);
  }
}
tell({ sum });
