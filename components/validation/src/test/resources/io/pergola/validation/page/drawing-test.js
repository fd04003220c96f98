
const data = JSON.parse(require("fs").readFileSync(process.argv[2], "utf8"));
const state = opening(data);
chosen(data, state).forEach((row) => state.open.add(row.name));
process.stdout.write(tables(data, state).html);
