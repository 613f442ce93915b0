/** Words of the primitives. */
export const uiTexts = {
  close: 'Close',
  cancel: 'Cancel',
  more: 'More',
  resize: (what: string) => `Resize ${what}`,
  notices: 'Notices',
  dismiss: 'Dismiss',
  working: 'Working',
  whatToDo: 'What to do',
} as const;
