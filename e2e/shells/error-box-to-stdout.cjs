// Loaded into the program before its main script: a box that would wait for a person is written to the terminal.
const { dialog } = require('electron');

dialog.showErrorBox = (title, text) => process.stdout.write(`${title}\n${text}\n`);
