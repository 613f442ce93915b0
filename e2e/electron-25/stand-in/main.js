// Stands where Electron's own `default_app` is: `electron [switches] PATH [arguments]` starts the program at PATH.
const { app } = require('electron');
const path = require('node:path');

const args = process.argv.slice(1);
let named;
for (let index = 0; index < args.length && named === undefined; index++) {
  // As Electron's own: modules that are loaded before the program.
  if (args[index] === '-r' || args[index] === '--require') require(path.resolve(args[++index]));
  else if (!args[index].startsWith('-')) named = args[index];
}
if (named === undefined) {
  process.stderr.write('No program is named.\n');
  app.exit(2);
} else {
  process.defaultApp = true;
  const entryPath = path.resolve(named);
  app.setAppPath(path.dirname(entryPath));
  require('node:module')._load(entryPath, undefined, true);
}
