// Runs predict.mjs, which the how-to page shows, on every .onnx file of a folder; rows.json has the
// rows, numbers that JSON lacks as texts under "numbers". Writes <name>.json beside each file.
import { readFile, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { predict } from "./predict.mjs";

const folder = process.argv[2];
const { rows, numbers } = JSON.parse(await readFile(join(folder, "rows.json"), "utf8"));
for (const row of rows) {
  for (const name of numbers) {
    if (row[name] !== undefined) {
      row[name] = Array.isArray(row[name]) ? row[name].map(Number) : Number(row[name]);
    }
  }
}
for (const file of (await readdir(folder)).filter((name) => name.endsWith(".onnx"))) {
  const values = await predict(join(folder, file), rows);
  await writeFile(join(folder, file + ".json"), JSON.stringify(values.map(String)));
}
