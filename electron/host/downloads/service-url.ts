import { EngineError } from '../../../native-models/protocol/errors.ts';

/**
 * The address of a service without a slash at its end.
 * @param where what names it: "HF_ENDPOINT"
 * @throws EngineError ARGUMENT_INVALID for what is no web address
 */
export function requireServiceUrl(text: string, where: string): string {
  const named = text.trim();
  // Its scheme is often left out.
  const url = URL.parse(/^[a-z]+:\/\//iu.test(named) ? named : `https://${named}`);
  const isWeb = url?.protocol === 'https:' || url?.protocol === 'http:';
  if (!isWeb || url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') {
    throw new EngineError('ARGUMENT_INVALID', `${where} is no address of a service: ${named.slice(0, 200)}`, {
      remedy: 'Give an address such as https://huggingface.co, without name, password or query.',
    });
  }
  return url.href.replace(/\/+$/u, '');
}
