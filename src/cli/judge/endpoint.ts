/** The key and the address of the server, from the environment. */

import { InputError } from '../input-error.ts';

export interface Endpoint {
  readonly baseUrl: string;
  readonly apiKey: string;
}

type Environment = Record<string, string | undefined>;

const publicUrl = 'https://api.openai.com/v1';
/** A shorter text is what a local server is given for a key: it may stand in any answer. */
const shortestSecret = 8;

/** Takes the key out of the environment, which worker threads, and the foreign code in them, get a copy of. */
export function takeEndpoint(environment: Environment): Endpoint {
  const apiKey = environment['OPENAI_API_KEY']?.trim() ?? '';
  delete environment['OPENAI_API_KEY'];
  if (apiKey === '') {
    throw new InputError(
      '--judge openai needs a key in the variable OPENAI_API_KEY; a local server takes any text that is not empty',
    );
  }
  if (!/^[\x21-\x7e]+$/.test(apiKey)) {
    throw new InputError('OPENAI_API_KEY holds characters that no key has: expected printable ASCII without spaces');
  }
  return { baseUrl: baseUrlIn(environment), apiKey };
}

/** What is in the variable is not repeated in an error: it may hold a password. */
function baseUrlIn(environment: Environment): string {
  const text = environment['OPENAI_BASE_URL']?.trim() ?? '';
  if (text === '') return publicUrl;
  const url = URL.canParse(text) ? new URL(text) : null;
  const isPlain = url !== null && [url.username, url.password, url.search, url.hash].every((part) => part === '');
  if (!isPlain || !/^https?:$/.test(url.protocol)) {
    throw new InputError('OPENAI_BASE_URL is no address of a server: expected something like http://localhost:8080/v1');
  }
  return url.href.replace(/\/+$/, '');
}

/** The text without the key, should a server have repeated it. */
export function withoutSecret(text: string, { apiKey }: Pick<Endpoint, 'apiKey'>): string {
  return apiKey.length < shortestSecret ? text : text.replaceAll(apiKey, '[key]');
}
