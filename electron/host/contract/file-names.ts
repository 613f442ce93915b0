/** Control characters, and those that a file system somewhere refuses. */
const refused = /[\p{Cc}\p{Cf}<>:"/\\|?*]/gu;
/** Names that Windows keeps for devices, whatever their extension. */
const deviceName = /^(?:con|prn|aux|nul|com\d|lpt\d)$/iu;

/** A file name made of any text: without separators, device names, leading dots or more than 100 characters. */
export function safeFileName(text: string): string {
  const cleaned = text
    .normalize('NFC')
    .replaceAll(refused, '_')
    .replace(/^[.\s]+/u, '')
    .slice(0, 100)
    .replace(/[.\s]+$/u, '');
  if (cleaned === '') return 'untitled';
  return deviceName.test(cleaned.split('.')[0] ?? '') ? `_${cleaned}` : cleaned;
}
