/** What Chromium 114 lacks of the language, for the renderer of an old Electron. Loaded before everything else. */
import 'core-js/stable';
import './addresses.ts';
