// Stands where Electron's own `default_app` is: `electron [switches] PATH [arguments]` starts the program at PATH.
const { app } = require('electron');
const path = require('node:path');

const named = process.argv.slice(1).find((argument) => !argument.startsWith('-'));
if (named === undefined) {
  process.stderr.write('No program is named.\n');
  app.exit(2);
} else {
  process.defaultApp = true;
  const entryPath = path.resolve(named);
  app.setAppPath(path.dirname(entryPath));
  require('node:module')._load(entryPath, undefined, true);
}
